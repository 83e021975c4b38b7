//! `mint DIR`: a throw-away authority with a server and several client identities, good ones and
//! ones that must be refused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::pki_types::ServerName;
use time::OffsetDateTime;

use crate::args::kept;
use crate::cert::Certificate;
use crate::cert::issue::{Authority, Issued, Purpose, Wish};
use crate::command::Context;
use crate::error::{Error, Result};
use crate::input::{create_folder, write_new};
use crate::outcome::Outcome;
use crate::outcome::minted::Minted;
use crate::report::{Item, Reporter};
use crate::secret::{Secret, Source};
use crate::store::PrivateKey;
use crate::store::pkcs12::{self, Profile};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # everything for a test of mutual TLS on this machine
  hookprint mint pki
  # for your own host name, for a week, with your own password
  hookprint mint pki --name hooks.example --days 7 --password env:P12_PASSWORD
";

/// The password of the PKCS#12 files unless another one is given. Known to everybody, as the keys
/// of a test may be.
const PASSWORD: &[u8] = b"hookprint";

/// A day.
const DAY: Duration = Duration::from_secs(86_400);

/// Arguments of `mint`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The folder; created if missing
    #[arg(value_parser = kept)]
    dir: PathBuf,
    /// Password of the .p12 files [default: hookprint]
    #[arg(long, value_name = "SOURCE", aliases = ["passout", "passin"])]
    password: Option<Source>,
    /// Host name of the server
    #[arg(long, value_name = "HOST", default_value = "localhost", value_parser = host)]
    name: String,
    /// Days that the good certificates are valid
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
}

/// A name that clients can ask a server for; it stands in certificates and in file contents.
fn host(text: &str) -> Result<String> {
    ServerName::try_from(text).map(|_| text.to_owned()).map_err(|_| {
        Error::usage("not a DNS name or IP address")
            .help("letters, digits, - and dots, for example hooks.example")
    })
}

/// One file that is written.
struct File {
    name: &'static str,
    contains: &'static str,
    certificate: Certificate,
    bytes: Secret,
    is_private: bool,
}

/// Makes everything in memory first, then writes it.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let password = match &args.password {
        Some(source) => context.secret(source, "password of the .p12 files")?.0,
        None => Secret::new(PASSWORD.to_vec()),
    };
    let files = files(args, context.now, &password)?;
    refuse_overwriting(&args.dir, &files)?;
    create_folder(&args.dir)?;
    for file in files {
        let path = args.dir.join(file.name);
        write_new(&path, file.bytes.expose(), file.is_private)?;
        let mut item = Item::new(path.display().to_string());
        let certificate = file.certificate.describe(context.now);
        item.outcome = Outcome::Minted(Box::new(Minted { contains: file.contains, certificate }));
        reporter.item(item)?;
    }
    if args.password.is_none() {
        context
            .note("the password of the .p12 files is `hookprint`; --password SOURCE sets another");
    }
    Ok(())
}

fn files(args: &Args, now: OffsetDateTime, password: &Secret) -> Result<Vec<File>> {
    let lifetime = DAY * args.days;
    let authority_name = format!("{} test CA", args.name);
    // An authority must outlive what it issues, the renewed certificate included.
    let authority = Authority::new(&authority_name, now, lifetime * 2 + DAY)?;
    let impostor = Authority::new(&authority_name, now, lifetime * 2 + DAY)?;
    let client_name = format!("client.{}", args.name);
    let mut server_names = vec![args.name.as_str()];
    if args.name == "localhost" {
        server_names.extend(["127.0.0.1", "::1"]);
    }
    let early = now - Duration::from_secs(3600);
    let server = authority.issue(&Wish {
        name: &args.name,
        alt_names: &server_names,
        purpose: Purpose::Server,
        not_before: early,
        not_after: now + lifetime,
    })?;
    let client = |authority: &Authority, purpose, not_before, not_after| {
        let alt_names = &[client_name.as_str()];
        authority.issue(&Wish { name: &client_name, alt_names, purpose, not_before, not_after })
    };
    let good = client(&authority, Purpose::Client, early, now + lifetime)?;
    let next = client(&authority, Purpose::Client, early, now + lifetime * 2)?;
    let expired = client(&authority, Purpose::Client, now - lifetime, now - DAY.min(lifetime / 2))?;
    let not_yet = client(&authority, Purpose::Client, now + DAY, now + DAY + lifetime)?;
    let serverauth = client(&authority, Purpose::Server, early, now + lifetime)?;
    let stranger = client(&impostor, Purpose::Client, early, now + lifetime)?;

    let p12 = |name, contains, issued: &Issued, authority: &Authority| -> Result<File> {
        let chain = [issued.certificate.clone(), authority.certificate.clone()];
        let key = PrivateKey::parse(issued.key.expose())?;
        let bytes = pkcs12::write(&chain, &key, &client_name, password, Profile::Modern)?;
        let certificate = issued.certificate.clone();
        Ok(File { name, contains, certificate, bytes: Secret::new(bytes), is_private: true })
    };
    let text = |name, contains, issued: &Issued, parts: &[&[u8]]| File {
        name,
        contains,
        certificate: issued.certificate.clone(),
        bytes: Secret::new(parts.concat()),
        is_private: parts.contains(&issued.key_pem.expose()),
    };
    let certificate_pem = |issued: &Issued| issued.certificate.pem().into_bytes();
    Ok(vec![
        File {
            name: "ca.pem",
            contains: "the authority; trust it with --ca or --client-ca",
            bytes: Secret::new(authority.certificate.pem().into_bytes()),
            certificate: authority.certificate.clone(),
            is_private: false,
        },
        File {
            name: "ca.key",
            contains: "the same with its private key, for probe --test-ca",
            bytes: Secret::new(
                [authority.certificate.pem().as_bytes(), authority.key_pem().expose()].concat(),
            ),
            certificate: authority.certificate.clone(),
            is_private: true,
        },
        text("server.pem", "server certificate", &server, &[&certificate_pem(&server)]),
        text("server.key", "its private key", &server, &[server.key_pem.expose()]),
        text(
            "client.pem",
            "client certificate and key",
            &good,
            &[&certificate_pem(&good), good.key_pem.expose()],
        ),
        p12("client.p12", "the same as PKCS#12", &good, &authority)?,
        p12("client-next.p12", "its renewal: same name, new key", &next, &authority)?,
        p12("client-expired.p12", "expired", &expired, &authority)?,
        p12("client-not-yet.p12", "valid from tomorrow", &not_yet, &authority)?,
        p12("client-serverauth.p12", "for servers only", &serverauth, &authority)?,
        p12(
            "impostor.p12",
            "same names, from another authority with the same name",
            &stranger,
            &impostor,
        )?,
    ])
}

fn refuse_overwriting(folder: &Path, files: &[File]) -> Result<()> {
    match files.iter().map(|file| folder.join(file.name)).find(|path| path.exists()) {
        Some(path) => Err(Error::usage(format!("{}: already exists", path.display()))
            .help("existing files are not overwritten: choose another folder, or remove it first")),
        None => Ok(()),
    }
}
