//! STARTTLS: servers of those protocols, as Debian has them, show their certificate after it; without
//! `--starttls` it is said which one they want.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Tool;
use crate::harness::peers::free_port;
use crate::harness::s_server::{make_certificate, sha1};
use crate::needs;

tests!(postgresql, mariadb, dovecot, postfix, openldap, vsftpd, prosody);

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with `server.pem` and `server.key`, where servers may leave what they like.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        needs::program("openssl");
        let folder = tempfile::tempdir().unwrap();
        // Servers go in as another user.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        make_certificate(folder.path(), "server", &["-newkey", "rsa:2048"]);
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn folder(&self, name: &str) -> PathBuf {
        fs::create_dir_all(self.path(name)).unwrap();
        self.path(name)
    }

    /// Writes a configuration, in which `HERE` is this folder.
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text.replace("HERE", self.0.path().to_str().unwrap())).unwrap();
        path
    }

    fn start(&self, mut command: Command, ports: &[u16]) -> Server {
        let log = fs::File::create(self.path("server.log")).unwrap();
        command.current_dir(self.0.path()).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
        let server = Server(command.spawn().unwrap());
        let started = Instant::now();
        while ports.iter().any(|port| TcpStream::connect(("127.0.0.1", *port)).is_err()) {
            let log = || fs::read_to_string(self.path("server.log")).unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "{command:?} did not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Looks with `--starttls`, and without it.
    fn look(&self, protocol: &str, port: u16, more: &[&str], hint: &str) {
        let target = format!("127.0.0.1:{port}");
        let look = ["thumbprint", &target, "--json", "--fail-on", "never"];
        let with = Tool::new(look).args(["--starttls", protocol]).args(more).run().code(0).item();
        assert_eq!(with["facts"]["chain"][0]["sha1"], sha1(&self.path("server.pem")), "{with}");
        assert_eq!(with["facts"]["proven"], true, "{with}");
        let without = Tool::new(look).args(["--timeout", "5s"]).run().code(3).item();
        let help = without["failure"]["help"].as_str().unwrap_or_default();
        assert!(help.contains(hint), "{protocol}: {without}");
    }
}

/// A server and its children, which are gone when it goes.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let signal = |name: &str| drop(Command::new("kill").args([name, "--", &group]).output());
        signal("-TERM");
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(5) && matches!(self.0.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(10));
        }
        signal("-KILL");
        let _ = self.0.wait();
    }
}

/// A command that is run when it goes, however the test ends.
struct AtTheEnd(Command);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let _ = self.0.output();
    }
}

fn ports<const N: usize>() -> [u16; N] {
    [(); N].map(|()| free_port())
}

/// Some of these servers start as root only, and become somebody else.
fn root() {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout.trim_ascii() != b"0" {
        needs::ignore("it starts as root only");
    }
}

/// A command as this user, where we are root.
fn as_user(user: &str, program: &Path) -> Command {
    needs::program("setpriv");
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", user, "--clear-groups"]).arg(program);
    command
}

fn postgresql() {
    needs::program("pg_ctlcluster");
    root();
    let versions = fs::read_dir("/usr/lib/postgresql").unwrap();
    let newest = versions.map(|version| version.unwrap().path()).max().unwrap().join("bin");
    let (place, [port]) = (Place::new(), ports());
    for path in [place.0.path().to_owned(), place.path("server.key"), place.path("server.pem")] {
        assert!(Command::new("chown").arg("postgres").arg(path).status().unwrap().success());
    }
    fs::set_permissions(place.path("server.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let mut init = as_user("postgres", &newest.join("initdb"));
    init.args(["-A", "trust", "--no-sync", "-D"]).arg(place.path("data"));
    assert!(init.stdout(Stdio::null()).status().unwrap().success());
    let mut command = as_user("postgres", &newest.join("postgres"));
    command.arg("-D").arg(place.path("data")).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    command.args(["-k", "", "-F", "-c", "ssl=on", "-c"]);
    command.arg(format!("ssl_cert_file={}", place.path("server.pem").display())).arg("-c");
    command.arg(format!("ssl_key_file={}", place.path("server.key").display()));
    let _server = place.start(command, &[port]);
    place.look("postgres", port, &[], "--starttls postgres");
}

fn mariadb() {
    needs::program("mariadbd");
    let (place, [port]) = (Place::new(), ports());
    let data = place.folder("data");
    let mut command = Command::new("mariadbd");
    command.args(["--no-defaults", "--skip-grant-tables", "--bind-address=127.0.0.1"]);
    command.arg("--innodb-buffer-pool-size=8M");
    for (name, path) in [("datadir", &data), ("socket", &place.path("socket"))] {
        command.arg(format!("--{name}={}", path.display()));
    }
    for (name, file) in [("ssl-cert", "server.pem"), ("ssl-key", "server.key")] {
        command.arg(format!("--{name}={}", place.path(file).display()));
    }
    command.arg(format!("--port={port}")).arg("--user=root");
    let _server = place.start(command, &[port]);
    place.look("mysql", port, &[], "--starttls mysql");
}

fn dovecot() {
    needs::program("dovecot");
    root();
    let (place, [imap, pop3, sieve, lmtp]) = (Place::new(), ports());
    place.folder("run");
    let listener = |service: &str, name: &str, port: u16| {
        format!("service {service} {{\n inet_listener {name} {{\n  port = {port}\n }}\n}}\n")
    };
    let services = [
        ("imap-login", "imap", imap),
        ("imap-login", "imaps", 0),
        ("pop3-login", "pop3", pop3),
        ("pop3-login", "pop3s", 0),
        ("managesieve-login", "sieve", sieve),
        ("lmtp", "lmtp", lmtp),
    ]
    .map(|(service, name, port)| listener(service, name, port))
    .concat();
    let configuration = place.write(
        "dovecot.conf",
        &format!(
            "base_dir = HERE/run\nstate_dir = HERE/run\nlog_path = HERE/dovecot.log\nlisten = 127.0.0.1\n\
             protocols = imap pop3 sieve lmtp\nssl = yes\nssl_cert = <HERE/server.pem\n\
             ssl_key = <HERE/server.key\n{services}passdb {{\n driver = static\n args = nopassword=y\n}}\n\
             userdb {{\n driver = static\n args = uid=nobody gid=nogroup home=HERE\n}}\n"
        ),
    );
    let mut command = Command::new("dovecot");
    command.args(["-F", "-c"]).arg(configuration);
    let _server = place.start(command, &[imap]);
    for (protocol, port) in [("imap", imap), ("pop3", pop3), ("sieve", sieve), ("lmtp", lmtp)] {
        place.look(protocol, port, &[], &format!("--starttls {protocol}"));
    }
}

fn postfix() {
    needs::program("postfix");
    root();
    let (place, [port]) = (Place::new(), ports());
    for name in ["queue", "data", "etc"] {
        place.folder(name);
    }
    assert!(
        Command::new("chown").arg("postfix").arg(place.path("data")).status().unwrap().success()
    );
    place.write(
        "etc/main.cf",
        "compatibility_level = 3.6\nqueue_directory = HERE/queue\ndata_directory = HERE/data\n\
         command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\n\
         meta_directory = /etc/postfix\nshlib_directory = /usr/lib/postfix\nmail_owner = postfix\n\
         setgid_group = postdrop\nmaillog_file = HERE/postfix.log\nmaillog_file_prefixes = HERE\n\
         inet_interfaces = loopback-only\nsmtpd_tls_cert_file = HERE/server.pem\n\
         smtpd_tls_key_file = HERE/server.key\nsmtpd_tls_security_level = may\nalias_maps =\n",
    );
    place.write(
        "etc/master.cf",
        &format!(
            "127.0.0.1:{port} inet n - n - - smtpd\nanvil unix - - n - 1 anvil\ntlsmgr unix - - n 1000? 1 tlsmgr\n\
             rewrite unix - - n - - trivial-rewrite\nproxymap unix - - n - - proxymap\n\
             postlog unix-dgram n - n - 1 postlogd\ncleanup unix n - n - 0 cleanup\n\
             pickup unix n - n 60 1 pickup\nqmgr unix n - n 300 1 qmgr\n"
        ),
    );
    let tell = |verb: &str| {
        let mut command = Command::new("postfix");
        command.arg("-c").arg(place.path("etc")).arg(verb);
        command
    };
    let _server = place.start(tell("start-fg"), &[port]);
    // Its master makes a process group of its own.
    let _stopped = AtTheEnd(tell("stop"));
    place.look("smtp", port, &[], "--starttls smtp");
}

fn openldap() {
    needs::program("slapd");
    let (place, [port]) = (Place::new(), ports());
    let configuration = place.write(
        "slapd.conf",
        "TLSCertificateFile HERE/server.pem\nTLSCertificateKeyFile HERE/server.key\npidfile HERE/slapd.pid\n\
         argsfile HERE/slapd.args\n",
    );
    let mut command = Command::new("slapd");
    command.args(["-d", "0", "-h", &format!("ldap://127.0.0.1:{port}"), "-f"]).arg(configuration);
    let _server = place.start(command, &[port]);
    place.look("ldap", port, &[], "--starttls postgres or ldap");
}

fn vsftpd() {
    needs::program("vsftpd");
    root();
    let (place, [port]) = (Place::new(), ports());
    let configuration = place.write(
        "vsftpd.conf",
        &format!(
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nssl_enable=YES\n\
             rsa_cert_file=HERE/server.pem\nrsa_private_key_file=HERE/server.key\n\
             secure_chroot_dir=HERE\nseccomp_sandbox=NO\n"
        ),
    );
    let mut command = Command::new("vsftpd");
    command.arg(configuration);
    let _server = place.start(command, &[port]);
    place.look("ftp", port, &[], "--starttls ftp");
}

fn prosody() {
    needs::program("prosody");
    let (place, [client, server]) = (Place::new(), ports());
    place.folder("data");
    let configuration = place.write(
        "prosody.cfg.lua",
        &format!(
            "run_as_root = true\npidfile = 'HERE/prosody.pid'\ndata_path = 'HERE/data'\n\
             interfaces = {{ '127.0.0.1' }}\nc2s_ports = {{ {client} }}\ns2s_ports = {{ {server} }}\n\
             modules_enabled = {{ 'tls', 'saslauth', 'dialback' }}\nc2s_require_encryption = true\n\
             log = {{ info = 'HERE/prosody.log' }}\n\
             ssl = {{ key = 'HERE/server.key', certificate = 'HERE/server.pem' }}\n\
             VirtualHost 'hooks.example'\n"
        ),
    );
    let mut command = Command::new("prosody");
    command.args(["-F", "--config"]).arg(configuration);
    let _server = place.start(command, &[client, server]);
    // It is asked for the domain, not for the host.
    let meant = ["--servername", "hooks.example"];
    place.look("xmpp", client, &meant, "--starttls xmpp");
    // Its answer comes in pieces: the first may tell no more than that it is XMPP.
    place.look("xmpp-server", server, &meant, "xmpp-server");
    let look = ["thumbprint", &format!("127.0.0.1:{client}"), "--json", "--starttls", "xmpp"];
    let other = Tool::new(look).run().code(3).item();
    assert_eq!(other["failure"]["code"], "starttls-refused", "{other}");
}
