//! Real servers that demand a client certificate: OpenSSL, nginx, Node, Python and Java.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Running;

/// A running server; it is killed when it goes.
pub struct Peer {
    pub name: &'static str,
    pub port: u16,
    _process: Running,
}

/// Starts a peer in a folder that holds `server.pem`, `server.key` (PKCS#8) and `ca.pem`.
pub type Start = fn(&Path) -> Peer;

pub fn openssl(folder: &Path) -> Peer {
    openssl_with(folder, "-Verify 5 -verify_return_error")
}

/// The same, verifying as these arguments say.
pub fn openssl_with(folder: &Path, verifying: &str) -> Peer {
    let arguments = "s_server -accept 127.0.0.1:0 -cert server.pem -key server.key -CAfile ca.pem -www \
                     -naccept 10000";
    let mut command = Command::new("openssl");
    command.args(arguments.split_whitespace()).args(verifying.split_whitespace());
    announced("openssl", command, folder)
}

pub fn node(folder: &Path) -> Peer {
    node_with(folder, "rejectUnauthorized: true")
}

/// The same with this option of its own.
pub fn node_with(folder: &Path, option: &str) -> Peer {
    let script = r#"
const fs = require("fs"), https = require("https");
const server = https.createServer({ cert: fs.readFileSync("server.pem"), key: fs.readFileSync("server.key"),
  ca: fs.readFileSync("ca.pem"), requestCert: true, OPTION }, (request, response) => response.end("ok"));
server.listen(0, "127.0.0.1", () => console.log("port :" + server.address().port));
"#;
    let mut command = Command::new("node");
    command.args(["-e", &script.replace("OPTION", option)]);
    announced("node", command, folder)
}

pub fn python(folder: &Path) -> Peer {
    python_with(folder, "CERT_REQUIRED")
}

/// The same in this mode of `ssl`.
pub fn python_with(folder: &Path, mode: &str) -> Peer {
    let script = r#"
import http.server, ssl
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_): pass
server = Server(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("server.pem", "server.key")
context.load_verify_locations("ca.pem")
context.verify_mode = ssl.MODE
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print("port :%d" % server.server_port, flush=True)
server.serve_forever()
"#;
    let mut command = Command::new("python3");
    command.args(["-c", &script.replace("MODE", mode)]);
    announced("python", command, folder)
}

pub fn java(folder: &Path) -> Peer {
    java_with(folder, "java", "setNeedClientAuth")
}

/// The same by this program, asking by this method of `SSLParameters`.
pub fn java_with(folder: &Path, program: &str, ask: &str) -> Peer {
    let source = r#"
import com.sun.net.httpserver.*;
import java.io.*; import java.net.*; import java.nio.file.*; import java.security.*; import java.security.cert.*;
import java.security.spec.*; import java.util.*; import javax.net.ssl.*;
public class Peer {
  public static void main(String[] none) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Collection<? extends java.security.cert.Certificate> chain, anchors;
    try (InputStream in = new FileInputStream("server.pem")) { chain = factory.generateCertificates(in); }
    try (InputStream in = new FileInputStream("ca.pem")) { anchors = factory.generateCertificates(in); }
    String pem = Files.readString(Path.of("server.key")).replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    char[] password = "x".toCharArray();
    KeyStore own = KeyStore.getInstance("PKCS12"); own.load(null, null);
    own.setKeyEntry("own", key, password, chain.toArray(new java.security.cert.Certificate[0]));
    KeyStore trust = KeyStore.getInstance("PKCS12"); trust.load(null, null);
    for (java.security.cert.Certificate anchor : anchors) trust.setCertificateEntry("ca", anchor);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX"); keys.init(own, password);
    TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX"); trusts.init(trust);
    SSLContext context = SSLContext.getInstance("TLS"); context.init(keys.getKeyManagers(), trusts.getTrustManagers(), null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
    server.setHttpsConfigurator(new HttpsConfigurator(context) {
      public void configure(HttpsParameters p) { SSLParameters s = context.getDefaultSSLParameters(); s.ASK(true); p.setSSLParameters(s); } });
    server.createContext("/", exchange -> { exchange.sendResponseHeaders(200, 2); exchange.getResponseBody().write("ok".getBytes()); exchange.close(); });
    server.start();
    System.out.println("port :" + server.getAddress().getPort());
  }
}
"#;
    fs::write(folder.join("Peer.java"), source.replace("ASK", ask)).unwrap();
    let mut command = Command::new(program);
    command.args(["-XX:TieredStopAtLevel=1", "-Xshare:auto", "Peer.java"]);
    announced("java", command, folder)
}

pub fn nginx(folder: &Path) -> Peer {
    nginx_with(folder, "on")
}

/// The same with this value of `ssl_verify_client`.
pub fn nginx_with(folder: &Path, verifying: &str) -> Peer {
    // nginx cannot tell which port it got, so a free one is chosen first.
    let port = free_port();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {kind};"))
        .join(" ");
    let configuration = format!(
        "daemon off; master_process off; pid nginx.pid; error_log nginx.log info;
         events {{ worker_connections 256; }}
         http {{ access_log off; {temporary}
           server {{ listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.2 TLSv1.3;
             ssl_certificate server.pem; ssl_certificate_key server.key;
             ssl_client_certificate ca.pem; ssl_verify_client {verifying}; ssl_verify_depth 5;
             location / {{ return 200 ok; }} }} }}"
    );
    fs::write(folder.join("nginx.conf"), configuration).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf"));
    command.args(["-e", "nginx.log"]).stdout(Stdio::null()).stderr(Stdio::null());
    listening("nginx", command, folder, port)
}

/// An Apache that asks for a certificate under `/late` only, after it has read the request.
pub fn apache(folder: &Path) -> Peer {
    apache_with(folder, "none")
}

/// The same with this value of `SSLVerifyClient` for everything else.
pub fn apache_with(folder: &Path, verifying: &str) -> Peer {
    let port = free_port();
    let modules = ["mpm_event", "authz_core", "ssl", "dir", "alias"]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    let configuration = format!(
        "ServerRoot {root}
         PidFile apache.pid
         ErrorLog apache.log
         {modules}
         User www-data
         Group www-data
         ServerName localhost
         Listen 127.0.0.1:{port}
         DocumentRoot {root}/www
         SSLCACertificateFile ca.pem
         SSLEngine on
         SSLCertificateFile server.pem
         SSLCertificateKeyFile server.key
         SSLVerifyClient {verifying}
         SSLVerifyDepth 3
         Redirect 403 /forbidden
         ErrorDocument 403 default
         <Location /late>
         SSLVerifyClient require
         SSLVerifyDepth 3
         </Location>
        ",
        root = folder.display()
    );
    fs::write(folder.join("apache.conf"), configuration).unwrap();
    fs::create_dir_all(folder.join("www/late")).unwrap();
    fs::write(folder.join("www/late/page"), "ok").unwrap();
    fs::write(folder.join("www/page"), "ok").unwrap();
    // One process, which is gone when it is killed.
    let mut command = Command::new("apache2");
    command.arg("-f").arg(folder.join("apache.conf")).arg("-X");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    listening("apache", command, folder, port)
}

/// A port for a server that cannot tell which one it got: below those that systems give to whoever asks for any,
/// or a connection could have it before the server does, even the one that looks whether the server is there.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Tests of other processes begin elsewhere.
    let begin = std::process::id() * 97;
    let next = || 20_000 + (begin + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(next).map(|port| port as u16).find(is_free).unwrap()
}

/// Waits until somebody listens there.
pub fn wait_for(port: u16) {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing listens on {port}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Starts a server that says nothing, and waits until it listens.
pub fn listening(name: &'static str, mut command: Command, folder: &Path, port: u16) -> Peer {
    let process = Running(command.current_dir(folder).spawn().unwrap());
    wait_for(port);
    Peer { name, port, _process: process }
}

/// Starts a server that prints its port after the last colon of a line.
pub fn announced(name: &'static str, mut command: Command, folder: &Path) -> Peer {
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if name == "openssl" {
        // It ends when its standard input does.
        command.stdin(Stdio::piped());
    }
    let mut process = Running(command.spawn().unwrap());
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = lines.by_ref().find_map(|line| {
        let line = line.ok()?;
        line.rsplit_once(':')?.1.trim().parse().ok()
    });
    // Whatever else it says is read, or it would block one day.
    thread::spawn(move || lines.for_each(drop));
    match port {
        Some(port) => Peer { name, port, _process: process },
        None => panic!("{name} did not start: {:?}", process.try_wait()),
    }
}
