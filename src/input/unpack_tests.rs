//! What is packed comes out whole, or says where it ends.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// What came out, and what was said at the end.
fn unpacked(packed: &[u8], ratio: Ratio) -> (Vec<u8>, Option<Error>) {
    let mut reader = unpack(Cursor::new(packed.to_vec()), ratio);
    let mut bytes = Vec::new();
    let error = reader.read_to_end(&mut bytes).err();
    let error = error.map(|error| said(&error).cloned().unwrap());
    if let Some(error) = &error {
        let again = reader.read(&mut [0; 8]).unwrap_err();
        assert_eq!(said(&again), Some(error), "it fails again in the same way");
    }
    (bytes, error)
}

/// Text that does not compress to nothing.
fn text(lines: usize) -> Vec<u8> {
    (0..lines).flat_map(|n| format!("{:x}\n", n * n * 2_654_435_761).into_bytes()).collect()
}

#[test]
fn what_is_packed_comes_out_and_all_else_as_it_is() {
    let (one, two) = (text(20_000), text(3));
    for pack in [gzip, zstd] {
        let skipped = b"\x51\x2a\x4d\x18\x03\0\0\0abc".to_vec();
        let several = [pack(&one), pack(b""), pack(&two)].concat();
        assert_eq!(unpacked(&several, Ratio::default()), ([&one[..], &two].concat(), None));
        if pack(b"").starts_with(&[0x28]) {
            let several = [skipped.clone(), pack(&two), skipped.clone(), pack(&two)].concat();
            assert_eq!(unpacked(&several, Ratio::default()), (two.repeat(2), None));
        }
    }
    for plain in [&b""[..], b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x01no", b"{}", &one] {
        assert_eq!(unpacked(plain, Ratio(1)), (plain.to_vec(), None));
    }
}

#[test]
fn a_cut_stream_gives_what_is_there_and_says_so_wherever_it_was_cut() {
    let text = text(40);
    for packed in [gzip(&text), zstd(&text)] {
        let twice = packed.repeat(2);
        for cut in MAGIC..twice.len() {
            let (bytes, error) = unpacked(&twice[..cut], Ratio::default());
            assert!(text.repeat(2).starts_with(&bytes));
            if cut == packed.len() {
                assert_eq!((bytes.len(), error), (text.len(), None));
                continue;
            }
            let error = error.unwrap();
            assert_eq!(error.code, Failure::Malformed);
            assert!(error.message.contains("is truncated after"), "{cut}: {error}");
            assert!(cut < packed.len() || bytes.starts_with(&text), "{cut}");
        }
    }
}

#[test]
fn damage_is_said() {
    let text = text(2_000);
    for mut packed in [gzip(&text), zstd(&text)] {
        let middle = packed.len() / 2;
        packed[middle] ^= 0x55;
        let (_, error) = unpacked(&packed, Ratio::default());
        assert_eq!(error.unwrap().code, Failure::Malformed);
    }
    let mut wrong_sum = zstd(&text);
    *wrong_sum.last_mut().unwrap() ^= 1;
    let (bytes, error) = unpacked(&wrong_sum, Ratio::default());
    assert_eq!(bytes, text);
    assert!(error.unwrap().message.contains("checksum"));
    let garbage = [gzip(&text), b"garbage after it".to_vec()].concat();
    let (bytes, error) = unpacked(&garbage, Ratio::default());
    assert_eq!((bytes, error.unwrap().code), (text, Failure::Malformed));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0; 8 << 20];
    for packed in [gzip(&zeros), zstd(&zeros)] {
        let (bytes, error) = unpacked(&packed, Ratio::default());
        let error = error.unwrap();
        assert_eq!(error.code, Failure::TooLarge);
        assert_eq!(error.message, "unpacks to more than 200 times its size");
        assert!(bytes.len() as u64 <= FREE + 200 * packed.len() as u64);
        assert_eq!(unpacked(&packed, Ratio(1_000_000)), (zeros.clone(), None));
    }
    let window = b"\x28\xb5\x2f\xfd\0\xf8";
    assert_eq!(unpacked(window, Ratio::default()).1.unwrap().code, Failure::TooLarge);
    let dictionary = b"\x28\xb5\x2f\xfd\x01\x58\x07\x01\0\0";
    assert_eq!(unpacked(dictionary, Ratio::default()).1.unwrap().code, Failure::Unsupported);
}

#[test]
fn the_first_bytes_are_there_also_where_the_stream_is_cut_off() {
    let packed = gzip(&text(9_000));
    let cut = packed[..packed.len() - 9].to_vec();
    let mut reader = unpack(Cursor::new(cut), Ratio::default());
    let head = head(&mut reader, 1 << 20).unwrap();
    assert!(text(9_000).starts_with(&head) && !head.is_empty());
    assert!(said(&reader.read(&mut [0]).unwrap_err()).is_some());
}

#[test]
fn ratios() {
    assert_eq!("1000".parse::<Ratio>().unwrap(), Ratio(1000));
    for bad in ["", "0", "-1", "1.5", "200x"] {
        assert_eq!(bad.parse::<Ratio>().unwrap_err().code, Failure::Usage);
    }
}
