// Asks https://localhost:PORT/ once for each line "IDENTITY TLS", and prints what Java says.
import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.*;
import javax.net.ssl.*;

public class Client {
  static final CertificateFactory FACTORY = factory();

  static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException error) {
      throw new IllegalStateException(error);
    }
  }

  static java.security.cert.Certificate[] certificates(String pem) throws Exception {
    List<java.security.cert.Certificate> all = new ArrayList<>();
    int at = 0;
    while ((at = pem.indexOf("-----BEGIN CERTIFICATE-----", at)) >= 0) {
      int end = pem.indexOf("-----END CERTIFICATE-----", at) + 25;
      all.add(FACTORY.generateCertificate(new ByteArrayInputStream(pem.substring(at, end).getBytes())));
      at = end;
    }
    return all.toArray(new java.security.cert.Certificate[0]);
  }

  static void ask(String port, String identity, String version) throws Exception {
    char[] password = "x".toCharArray();
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", certificates(Files.readString(Path.of("ca.pem")))[0]);
    TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
    trusts.init(trust);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (!identity.equals("-")) {
      String pem = Files.readString(Path.of(identity + ".pem"));
      String text = pem.substring(pem.indexOf("-----BEGIN PRIVATE KEY-----")).replaceAll("-----[A-Z ]+-----|\\s", "");
      PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
      own.setKeyEntry("own", key, password, certificates(pem));
    }
    keys.init(own, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusts.getTrustManagers(), null);
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv" + version});
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .sslContext(context).sslParameters(parameters).connectTimeout(Duration.ofSeconds(5)).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/")).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.statusCode() + " " + answer.body());
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      System.out.println("=== case");
      try {
        ask(arguments[0], words[0], words[1]);
      } catch (Exception error) {
        error.printStackTrace(System.out);
      }
    }
  }
}
