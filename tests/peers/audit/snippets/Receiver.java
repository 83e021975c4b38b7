// A receiver of the lines of docs/audit.md, which stand in the place of the line of snippets.
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.sun.net.httpserver.*;
import java.io.*;
import java.net.InetSocketAddress;
import java.security.*;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.*;

class Receiver {
    static final String AUDIENCE = System.getenv("AUDIENCE"), ISSUER = System.getenv("ISSUER");
    static final List<String> CHECKS = List.of(System.getenv("CHECKS").split(","));
    static final byte[] KEY = Base64.getDecoder().decode(System.getenv("SECRET").replaceFirst("^whsec_", ""));
    static PublicKey publicKey;

    //{snippets}

    static boolean passes(String kind, Callable<Boolean> check) throws Exception {
        return !CHECKS.contains(kind) || check.call();
    }

    static String line(HttpExchange exchange, String name) {
        var line = exchange.getRequestHeaders().getFirst(name);
        return line == null ? "" : line;
    }

    static boolean accepts(HttpExchange exchange, byte[] body) throws Exception {
        var headers = exchange.getRequestHeaders();
        if (exchange.getRequestURI().getPath().equals("/token")) {
            return passes("token", () -> headers.getOrDefault("Authorization", List.of()).size() == 1
                && isMeant(line(exchange, "Authorization").replaceFirst("^Bearer ", ""), publicKey));
        }
        return passes("certificate", () -> !(exchange instanceof HttpsExchange tls) || isKnown(tls.getSSLSession(), System.getenv("THUMBPRINTS")))
            && passes("signature", () -> isSigned(headers, body, KEY))
            && passes("time", () -> isFresh(line(exchange, "Webhook-timestamp"), 300));
    }

    static void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readNBytes((1 << 20) + 1);
            var status = 200;
            if (!exchange.getRequestMethod().equals("POST")) status = 405;
            else if (body.length > 1 << 20) status = 413;
            else try {
                if (!accepts(exchange, body)) status = 401;
            } catch (GeneralSecurityException | RuntimeException refused) {
                status = 401;
            }
            var isKnown = status == 200 && !exchange.getRequestURI().getPath().equals("/token")
                && !passes("replay", () -> isNew(line(exchange, "Webhook-id")));
            var said = (status != 200 ? "refused\n" : isKnown ? "known\n" : "done\n").getBytes(UTF_8);
            exchange.sendResponseHeaders(status, said.length);
            exchange.getResponseBody().write(said);
        } catch (IOException gone) {
            throw gone;
        } catch (Exception impossible) {
            throw new IOException(impossible);
        }
    }

    static SSLContext tls(String folder) throws Exception {
        var stores = new KeyStore[] { KeyStore.getInstance("PKCS12"), KeyStore.getInstance("PKCS12") };
        var names = new String[] { "/server.p12", "/ca.p12" };
        for (int place = 0; place < 2; place++) {
            try (var file = new FileInputStream(folder + names[place])) {
                stores[place].load(file, "secret".toCharArray());
            }
        }
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(stores[0], "secret".toCharArray());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(stores[1]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    public static void main(String[] arguments) throws Exception {
        var pem = System.getenv("PUBLIC_KEY").replaceAll("-----[A-Z ]+-----", "");
        var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(pem));
        publicKey = KeyFactory.getInstance("RSA").generatePublic(spec);
        var address = new InetSocketAddress("127.0.0.1", 0);
        HttpServer server;
        if (arguments.length == 0) {
            server = HttpServer.create(address, 0);
        } else {
            var https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls(arguments[0])) {
                public void configure(HttpsParameters parameters) {
                    var ours = getSSLContext().getDefaultSSLParameters();
                    ours.setNeedClientAuth(true);
                    parameters.setSSLParameters(ours);
                }
            });
            server = https;
        }
        server.createContext("/", Receiver::receive);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println(server.getAddress().getPort());
        var end = new Thread(() -> {
            try {
                Thread.sleep(120_000);
            } catch (InterruptedException ended) {
                return;
            }
            System.exit(1);
        });
        end.setDaemon(true);
        end.start();
        System.in.readAllBytes();
        System.exit(0);
    }
}
