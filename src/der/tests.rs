//! Tests of the DER and BER reader and writer.

use super::*;

#[test]
fn definite_lengths_and_offsets() {
    let bytes = [0x30, 0x06, 0x02, 0x01, 0x05, 0x04, 0x01, 0xaa];
    let mut outer = Reader::new("test", &bytes);
    let mut inner = outer.sequence("a SEQUENCE").unwrap();
    assert_eq!(inner.unsigned("a number").unwrap(), 5);
    assert_eq!(inner.offset(), 5);
    assert_eq!(*inner.octets("octets").unwrap(), [0xaa]);
    assert!(inner.is_empty() && outer.is_empty());
    let error = inner.unsigned("a number").unwrap_err();
    assert_eq!((error.offset, error.expected.as_str()), (8, "a number"));
}

#[test]
fn indefinite_lengths_and_strings_in_pieces() {
    // 24 80 [ 04 01 aa, 24 80 [04 01 bb] 00 00, 04 00 ] 00 00
    let bytes = [0x24, 0x80, 4, 1, 0xaa, 0x24, 0x80, 4, 1, 0xbb, 0, 0, 4, 0, 0, 0, 0x05, 0x00];
    let mut reader = Reader::new("test", &bytes);
    assert_eq!(*reader.octets("octets").unwrap(), [0xaa, 0xbb]);
    assert_eq!(reader.offset(), 16);
    assert_eq!(reader.any("NULL").unwrap().tag, tag::NULL);
}

#[test]
fn lengths_beyond_the_end_are_said_with_their_offset() {
    for (bytes, offset) in [
        (&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0][..], 6),
        (&[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..], 10),
        (&[0x30, 0x89, 1][..], 1),
        (&[0x04, 0x80, 0, 0][..], 1),
        (&[0x30, 0x80, 0x02, 0x01, 0x05][..], 5),
        (&[0x30, 0x82, 0x01][..], 3),
        (&[0x1f, 0xff, 0xff][..], 3),
    ] {
        assert_eq!(Reader::new("test", bytes).any("a value").unwrap_err().offset, offset);
    }
}

#[test]
fn nesting_is_bounded_without_recursion() {
    let deep: Vec<u8> = [0x24, 0x80].repeat(1_000_000);
    assert!(Reader::new("test", &deep).any("a value").unwrap_err().expected.contains("nesting"));
    let mut definite = vec![0x04, 0x00];
    for _ in 0..100 {
        definite = write::value(0x24, &definite);
    }
    let error = Reader::new("test", &definite).octets("octets").unwrap_err();
    assert!(error.expected.contains("nesting"), "{error}");
}

#[test]
fn object_identifiers() {
    for text in ["1.2.840.113549.1.12.10.1.2", "2.16.840.1.113894.746875.1.1", "2.999.3"] {
        let encoded = write::oid(text);
        assert_eq!(Reader::new("test", &encoded).oid("an OID").unwrap(), text);
    }
    assert_eq!(oid_text(&[0x80]), None);
    assert_eq!(oid_text(&[0xff; 65]), None);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_walked_without_panic(bytes: Vec<u8>) {
        let mut reader = Reader::new("test", &bytes);
        while let Ok(Some(value)) = reader.next("a value") {
            let _ = (value.octets(), value.bits(), value.oid(""), value.unsigned(""));
            let mut inner = value.reader();
            while let Ok(Some(value)) = inner.next("a value") {
                proptest::prop_assert!(value.offset < bytes.len());
                proptest::prop_assert_eq!(&bytes[value.offset..][..value.encoded.len()], value.encoded);
            }
        }
    }

    #[test]
    fn what_is_written_is_read(content: Vec<u8>, number: u64) {
        let written = write::sequence(&[&write::unsigned(number), &write::octets(&content)]);
        let mut reader = Reader::new("test", &written).sequence("").unwrap();
        proptest::prop_assert_eq!(reader.unsigned("").unwrap(), number);
        proptest::prop_assert_eq!(&*reader.octets("").unwrap(), &content[..]);
    }
}
