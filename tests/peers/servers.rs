//! Real servers of every kind and age: the chain is read, and whether the key was proven is known.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::peers::{free_port, wait_for};
use crate::harness::s_server::{SServer, make_certificate, sha1};
use crate::harness::{Running, Tool};
use crate::needs;

tests!(
    every_kind_of_key_is_shown_and_proven,
    what_cannot_be_checked_is_shown_and_not_proven,
    weak_keys_are_shown_proven_and_named,
    servers_that_are_too_old_are_read_in_plain_text,
    a_server_that_refuses_us_has_still_shown_its_chain,
    both_kinds_of_key_and_the_name_that_is_asked_for,
    names_and_ways,
    nginx_with_an_optional_client_certificate,
    node,
    gnutls,
    java,
    a_server_of_http_2_alone_is_named_by_replay,
);

const EC: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA: &[&str] = &["-newkey", "rsa:2048"];
const RSA4096: &[&str] = &["-newkey", "rsa:4096"];
const WEAK: &[&str] = &["-newkey", "rsa:1024", "-sha1"];
const ANYTHING: &str = "ALL:@SECLEVEL=0";

fn look(target: &str, more: &[&str]) -> Value {
    let args = [&["thumbprint", target, "--json", "--fail-on", "never"], more].concat();
    Tool::new(args).run().code(0).item()
}

fn codes(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn every_kind_of_key_is_shown_and_proven() {
    needs::program("openssl");
    for (key, algorithm, bits) in [
        (EC, "EC", 256),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"], "EC", 521),
        (RSA, "RSA", 2048),
        (&["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"], "RSA-PSS", 2048),
        (&["-newkey", "ed25519"], "Ed25519", 256),
    ] {
        for (version, protocol) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
            let server = SServer::start(key, &[version]);
            let item = look(server.target(), &[]);
            let facts = &item["facts"];
            assert_eq!(facts["chain"][0]["sha1"], server.sha1(), "{algorithm} {protocol}");
            assert_eq!(facts["chain"][0]["key"]["algorithm"], algorithm);
            assert_eq!(facts["chain"][0]["key"]["bits"], bits);
            assert_eq!(facts["protocol"], protocol);
            assert_eq!(facts["proven"], true, "{algorithm} {protocol}");
            assert_eq!(facts["client_certificate"], "not-requested");
            assert_eq!(codes(&item), ["self-signed"]);
            if (algorithm, version) == ("RSA-PSS", "-tls1_2") {
                // TLS libraries of today do not take it; its key exchange proves the key all the same.
                continue;
            }
            let ca = server.path("server.pem");
            let trusted = look(server.target(), &["--ca", ca.to_str().unwrap()]);
            assert_eq!(trusted["facts"]["trusted"], true, "{trusted}");
            assert_eq!(trusted["status"], "ok");
        }
    }
}

fn what_cannot_be_checked_is_shown_and_not_proven() {
    needs::program("openssl");
    let server = SServer::start(&["-newkey", "ed448"], &[]);
    let item = look(server.target(), &["--pin", &server.sha1()]);
    assert_eq!(item["facts"]["chain"][0]["key"]["algorithm"], "Ed448");
    assert_eq!(item["facts"]["proven"], false);
    assert!(codes(&item).contains(&"possession-unproven"));
    // With a pin a copied certificate would be let in: critical.
    assert_eq!(item["status"], "critical");
}

fn weak_keys_are_shown_proven_and_named() {
    needs::program("openssl");
    for version in ["-tls1_2", "-tls1_3"] {
        let server = SServer::start(WEAK, &[version, "-cipher", ANYTHING]);
        let item = look(server.target(), &[]);
        assert_eq!(item["facts"]["chain"][0]["sha1"], server.sha1());
        assert_eq!(item["facts"]["proven"], true, "{version}: {item}");
        assert!(codes(&item).contains(&"key-weak"), "{item}");
    }
}

fn servers_that_are_too_old_are_read_in_plain_text() {
    needs::program("openssl");
    let (tls10, tls11, tls12) = ("TLSv1.0", "TLSv1.1", "TLSv1.2");
    for (key, arguments, protocol, proven) in [
        (RSA, &["-tls1", "-cipher", ANYTHING][..], tls10, true),
        (RSA, &["-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"], tls10, false),
        (RSA, &["-tls1", "-cipher", "DHE-RSA-AES128-SHA:@SECLEVEL=0"], tls10, true),
        (EC, &["-tls1", "-cipher", ANYTHING], tls10, true),
        (RSA, &["-tls1_1", "-cipher", ANYTHING], tls11, true),
        (RSA4096, &["-tls1_1", "-cipher", ANYTHING], tls11, true),
        (WEAK, &["-tls1_1", "-cipher", ANYTHING], tls11, true),
        (RSA, &["-tls1_2", "-cipher", "AES128-SHA:AES256-GCM-SHA384"], tls12, false),
        (RSA, &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"], tls12, true),
        (EC, &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], tls12, true),
        (&["-newkey", "ed25519"], &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], tls12, true),
        (RSA, &["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], tls12, true),
        (RSA, &["-tls1", "-cipher", ANYTHING, "-Verify", "1"], tls10, true),
    ] {
        let server = SServer::start(key, arguments);
        let item = look(server.target(), &["--pin", &server.sha1()]);
        let facts = &item["facts"];
        assert_eq!(facts["chain"][0]["sha1"], server.sha1(), "{arguments:?}");
        assert_eq!(facts["protocol"], protocol, "{arguments:?}");
        assert_eq!(facts["proven"], proven, "{key:?} {arguments:?}: {item}");
        assert!(facts["cipher_suite"].as_str().unwrap().starts_with("TLS_"));
        let asks = if arguments.contains(&"-Verify") { "requested" } else { "not-requested" };
        assert_eq!(facts["client_certificate"], asks);
        for (code, said) in [("protocol-obsolete", true), ("possession-unproven", !proven)] {
            assert_eq!(codes(&item).contains(&code), said, "{arguments:?}: {item}");
        }
        assert_eq!(item["status"] == "critical", !proven, "{item}");
    }
}

fn a_server_that_refuses_us_has_still_shown_its_chain() {
    needs::program("openssl");
    for (version, protocol) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let strict = [version, "-Verify", "2", "-verify_return_error", "-CAfile", "server.pem"];
        let server = SServer::start(EC, &strict);
        let item = look(server.target(), &[]);
        let facts = &item["facts"];
        assert_eq!(item["failure"], Value::Null);
        assert_eq!(facts["chain"][0]["sha1"], server.sha1());
        assert_eq!((&facts["proven"], &facts["protocol"]), (&true.into(), &protocol.into()));
        assert!(facts["cipher_suite"].as_str().unwrap().starts_with("TLS_"), "{facts}");
        assert_eq!(facts["client_certificate"], "requested");
        assert_eq!(facts["accepted_issuers"], serde_json::json!(["CN=localhost"]));
    }
}

fn both_kinds_of_key_and_the_name_that_is_asked_for() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "rsa", RSA);
    make_certificate(folder.path(), "ec", EC);
    let prints = ["rsa.pem", "ec.pem"].map(|name| sha1(&folder.path().join(name)));
    let both = ["-cert", "rsa.pem", "-key", "rsa.key", "-dcert", "ec.pem", "-dkey", "ec.key"];
    let server = SServer::start_in(folder, &both);
    let args = ["thumbprint", server.target(), "--both-keys", "--json"];
    let report = Tool::new(args).run().code(0).json();
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for (item, print) in items.iter().zip(&prints) {
        assert_eq!(item["facts"]["chain"][0]["sha1"], *print);
        assert!(!codes(item).contains(&"thumbprint-differs"));
    }
    assert!(items[0]["subject"].as_str().unwrap().ends_with("(RSA)"));

    let only_ec = SServer::start(EC, &[]);
    let args = ["thumbprint", only_ec.target(), "--both-keys", "--only", "sha1"];
    assert_eq!(Tool::new(args).run().code(0).stdout.trim(), only_ec.sha1());
}

fn names_and_ways() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "server", EC);
    make_certificate(folder.path(), "named", RSA);
    let named = sha1(&folder.path().join("named.pem"));
    let arguments = [
        ["-cert", "server.pem", "-key", "server.key"],
        ["-cert2", "named.pem", "-key2", "named.key"],
    ]
    .concat();
    let server =
        SServer::start_in(folder, &[&arguments[..], &["-servername", "a.example"]].concat());
    let port = server.target().rsplit_once(':').unwrap().1;
    let resolve = format!("a.example:{port}:127.0.0.1");
    let wanted = |args: &[&str]| {
        let item = look(args[0], &args[1..]);
        (item["facts"]["chain"][0]["sha1"].clone(), item["facts"]["server_name"].clone())
    };
    let with_name = (Value::from(named), Value::from("a.example"));
    let host = format!("a.example:{port}");
    assert_eq!(wanted(&[&host, "--resolve", &resolve]), with_name);
    assert_eq!(wanted(&["a.example", "--connect", server.target()]), with_name);
    assert_eq!(wanted(&[server.target(), "--servername", "a.example"]), with_name);
    let without = (Value::from(server.sha1()), Value::Null);
    assert_eq!(wanted(&[&host, "--resolve", &resolve, "--no-servername"]), without);
    assert_eq!(wanted(&[server.target()]), without);
    let item = look(&host, &["--resolve", &resolve]);
    assert!(item["facts"]["trust_problem"].as_str().unwrap().contains("not for a.example"));
}

/// A program that serves TLS, ended when dropped.
fn assert_serves(port: u16, certificate: &std::path::Path) {
    let item = look(&format!("127.0.0.1:{port}"), &[]);
    assert_eq!(item["facts"]["chain"][0]["sha1"], sha1(certificate), "{item}");
    assert_eq!(item["facts"]["proven"], true);
}

fn nginx_with_an_optional_client_certificate() {
    needs::programs(&["nginx", "openssl"]);
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "server", RSA);
    let port = free_port();
    let at = folder.path().display();
    let config = format!(
        "daemon off; master_process off; pid {at}/pid; error_log {at}/log; events {{}}
         http {{ access_log off; client_body_temp_path {at}/b; proxy_temp_path {at}/p;
         fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;
         server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {at}/server.pem;
         ssl_certificate_key {at}/server.key; ssl_verify_client on;
         ssl_client_certificate {at}/server.pem; }} }}"
    );
    std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
    let nginx = Command::new("nginx")
        .arg("-c")
        .arg(folder.path().join("nginx.conf"))
        .stderr(Stdio::null())
        .spawn();
    let _server = Running(nginx.unwrap());
    wait_for(port);
    assert_serves(port, &folder.path().join("server.pem"));
    let item = look(&format!("127.0.0.1:{port}"), &[]);
    assert_eq!(item["facts"]["accepted_issuers"], serde_json::json!(["CN=localhost"]));
}

fn node() {
    needs::programs(&["node", "openssl"]);
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "server", EC);
    let script = "const fs=require('fs');const s=require('https').createServer({key:fs.readFileSync('server.key'),\
        cert:fs.readFileSync('server.pem'),requestCert:true});s.listen(0,'127.0.0.1',()=>console.log(s.address().port))";
    let child = Command::new("node")
        .args(["-e", script])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Running(child.unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_serves(line.trim().parse().unwrap(), &folder.path().join("server.pem"));
}

fn a_server_of_http_2_alone_is_named_by_replay() {
    needs::programs(&["node", "openssl"]);
    for (create, url, with) in [
        (
            "createSecureServer({key:fs.readFileSync('server.key'),cert:fs.readFileSync('server.pem')})",
            "https",
            &["--insecure"][..],
        ),
        ("createServer()", "http", &[]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path(), "server", EC);
        let script = format!(
            "const fs=require('fs');const s=require('http2').{create};\
             s.listen(0,'127.0.0.1',()=>console.log(s.address().port))"
        );
        let mut command = Command::new("node");
        command.args(["-e", &script]).current_dir(folder.path()).stdout(Stdio::piped());
        let mut server = Running(command.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let to = format!("{url}://127.0.0.1:{}", line.trim());
        let replay = ["replay", "--payload", "-", "--json", "--to", &to];
        let item = Tool::new(replay).args(with).stdin("{}").run().code(3).item();
        let help = item["failure"]["help"].as_str().unwrap_or_default();
        assert!(help.contains("enable HTTP/1.1 on it"), "{url}: {item}");
    }
}

fn gnutls() {
    needs::programs(&["gnutls-serv", "openssl"]);
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "server", RSA);
    let port = free_port();
    let child = Command::new("gnutls-serv")
        .args(["--port", &port.to_string(), "--quiet", "--echo"])
        .args(["--x509certfile", "server.pem", "--x509keyfile", "server.key"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _server = Running(child.unwrap());
    wait_for(port);
    assert_serves(port, &folder.path().join("server.pem"));
}

fn java() {
    needs::programs(&["java", "openssl"]);
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "server", RSA);
    let export = ["pkcs12", "-export", "-in", "server.pem", "-inkey", "server.key"];
    let made = Command::new("openssl")
        .args(export)
        .args(["-out", "s.p12", "-passout", "pass:secret"])
        .current_dir(folder.path())
        .status();
    assert!(made.unwrap().success());
    let source = r#"
        import java.io.*; import java.security.*; import javax.net.ssl.*; import com.sun.net.httpserver.*;
        public class S { public static void main(String[] a) throws Exception {
            KeyStore k = KeyStore.getInstance("PKCS12");
            k.load(new FileInputStream("s.p12"), "secret".toCharArray());
            KeyManagerFactory f = KeyManagerFactory.getInstance("PKIX");
            f.init(k, "secret".toCharArray());
            SSLContext c = SSLContext.getInstance("TLS"); c.init(f.getKeyManagers(), null, null);
            HttpsServer s = HttpsServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 0);
            s.setHttpsConfigurator(new HttpsConfigurator(c)); s.start();
            System.out.println(s.getAddress().getPort()); } }"#;
    std::fs::write(folder.path().join("S.java"), source).unwrap();
    let child = Command::new("java")
        .arg("S.java")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Running(child.unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_serves(line.trim().parse().unwrap(), &folder.path().join("server.pem"));
}
