//! Tests of reading signatures.

use super::*;
use crate::signature::loader::built_in;

fn read<'a>(
    scheme: &Scheme,
    headers: &'a [(&'a str, &'a [u8])],
) -> Result<Vec<Carrier<'a>>, Problem> {
    let message = Message::post(headers, b"");
    Carrier::read_all(scheme, &message)
}

#[test]
fn every_item_of_every_line_and_its_own_fields() {
    let mut scheme = built_in("stripe").unwrap();
    scheme.several.push(Several::Lines);
    let (a, b) = ("a".repeat(64), "b".repeat(64));
    let first = format!("t=1, v1={a},v0={b},v1=dummy");
    let second = format!("t=2,v1={b}");
    let headers = [("Stripe-Signature", first.as_bytes()), ("stripe-signature", second.as_bytes())];
    let carriers = read(&scheme, &headers).unwrap();
    assert_eq!(carriers[0].candidates.len(), 2);
    assert_eq!(carriers[0].field(&scheme, "t"), Ok(b"1".as_slice()));
    assert_eq!(carriers[1].field(&scheme, "t"), Ok(b"2".as_slice()));
    assert_eq!(
        carriers[1].field(&scheme, "x").unwrap_err().to_string(),
        "field x of Stripe-Signature is missing"
    );
}

#[test]
fn each_bad_header_has_its_own_sentence() {
    let scheme = built_in("stripe").unwrap();
    let many = format!("t=1{}", ",v1=ab".repeat(10_000));
    let cases: [(&str, &str); 5] = [
        ("", "Stripe-Signature contains no item that looks like `v1={sig}`"),
        ("t=1,v0=ab", "Stripe-Signature contains no item that looks like `v1={sig}`"),
        ("t=1,v1=zz", "the signature in Stripe-Signature is not hex"),
        (
            "t=1,v1=ab",
            "the signature in Stripe-Signature is too short for hmac-sha256: 1 instead of 32 bytes",
        ),
        (&many, "Stripe-Signature contains 10000 signatures; at most 100 are checked"),
    ];
    for (value, message) in cases {
        let problem = read(&scheme, &[("Stripe-Signature", value.as_bytes())]).unwrap_err();
        assert_eq!(problem.message, message);
    }
    let problem = read(&scheme, &[("X-Signature", b"ab")]).unwrap_err();
    assert_eq!(problem.message, "Stripe-Signature, where stripe puts the signature, is missing");
    assert!(problem.help.unwrap().starts_with("there is X-Signature: "));
}
