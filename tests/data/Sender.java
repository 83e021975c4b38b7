// Posts {} to a URL, with a client certificate (PEM) and its Ed25519 key (PEM) if they are given.
import java.net.URL;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.*;

public class Sender {
    public static void main(String[] args) throws Exception {
        KeyManager[] keys = null;
        if (args.length == 3) {
            Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(Files.newInputStream(Path.of(args[1])));
            String pem = Files.readString(Path.of(args[2])).replaceAll("-----[^-]+-----|\\s", "");
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("a", key, new char[0], new Certificate[] {certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, new char[0]);
            keys = factory.getKeyManagers();
        }
        TrustManager anybody = new X509ExtendedTrustManager() {
            public void checkClientTrusted(X509Certificate[] c, String a) {}
            public void checkServerTrusted(X509Certificate[] c, String a) {}
            public void checkClientTrusted(X509Certificate[] c, String a, java.net.Socket s) {}
            public void checkServerTrusted(X509Certificate[] c, String a, java.net.Socket s) {}
            public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}
            public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}
            public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {anybody}, null);
        HttpsURLConnection call = (HttpsURLConnection) new URL(args[0] + "/").openConnection();
        call.setSSLSocketFactory(context.getSocketFactory());
        call.setHostnameVerifier((name, session) -> true);
        call.setDoOutput(true);
        call.getOutputStream().write("{}".getBytes());
        System.out.println(call.getResponseCode());
    }
}
