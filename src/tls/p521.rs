//! Key exchange on secp521r1. rustls has none, and a TLS 1.2 server shows a certificate on that curve
//! only to clients that list it (RFC 8422 section 5.1).

use aws_lc_rs::agreement::{
    ECDH_P521, EphemeralPrivateKey, PublicKey, UnparsedPublicKey, agree_ephemeral,
};
use aws_lc_rs::rand::SystemRandom;
use rustls::crypto::{ActiveKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup};
use rustls::{Error, NamedGroup, PeerMisbehaved};

/// The group, to be offered last.
#[derive(Debug)]
pub struct Secp521r1;

struct Exchange {
    private: EphemeralPrivateKey,
    public: PublicKey,
}

impl SupportedKxGroup for Secp521r1 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let private = EphemeralPrivateKey::generate(&ECDH_P521, &SystemRandom::new());
        let private = private.map_err(|_| GetRandomFailed)?;
        let public = private.compute_public_key().map_err(|_| GetRandomFailed)?;
        Ok(Box::new(Exchange { private, public }))
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let misbehaved = || Error::from(PeerMisbehaved::InvalidKeyShare);
        // Uncompressed points only (RFC 8446 section 4.2.8.2); the library checks the rest.
        if peer.first() != Some(&4) {
            return Err(misbehaved());
        }
        let peer = UnparsedPublicKey::new(&ECDH_P521, peer);
        agree_ephemeral(self.private, peer, misbehaved(), |secret| Ok(SharedSecret::from(secret)))
    }

    fn pub_key(&self) -> &[u8] {
        self.public.as_ref()
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_agree_and_nonsense_is_refused() {
        let (ours, theirs) = (Secp521r1.start().unwrap(), Secp521r1.start().unwrap());
        let (our_share, their_share) = (ours.pub_key().to_vec(), theirs.pub_key().to_vec());
        let secrets = [ours.complete(&their_share).unwrap(), theirs.complete(&our_share).unwrap()];
        assert_eq!(secrets[0].secret_bytes(), secrets[1].secret_bytes());
        for nonsense in [&b""[..], b"\x04", &[4; 133], &our_share[1..]] {
            assert!(Secp521r1.start().unwrap().complete(nonsense).is_err());
        }
    }
}
