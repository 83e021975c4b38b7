//! The writing half: DER values from the inside out, each function giving all octets of one value.

use super::tag;

/// A value with this identifier octet and content.
pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut out = vec![tag];
    match digits {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | long.len() as u8);
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

/// SEQUENCE of these values.
pub fn sequence(values: &[&[u8]]) -> Vec<u8> {
    value(tag::SEQUENCE, &values.concat())
}

/// SET of these values, in the order that DER asks for (X.690 section 11.6).
pub fn set(mut values: Vec<Vec<u8>>) -> Vec<u8> {
    values.sort();
    value(tag::SET, &values.concat())
}

/// `[number] EXPLICIT` around a value.
pub fn context(number: u8, inner: &[u8]) -> Vec<u8> {
    value(tag::context(number), inner)
}

/// INTEGER.
pub fn unsigned(number: u64) -> Vec<u8> {
    magnitude(&number.to_be_bytes())
}

/// INTEGER of a number that is not negative, given big-endian with or without zeros before it.
pub fn magnitude(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = &number[zeros..];
    // A set high bit would make it negative, and no digits at all are no number.
    match digits.first() {
        Some(first) if *first < 0x80 => value(tag::INTEGER, digits),
        _ => value(tag::INTEGER, &[&[0], digits].concat()),
    }
}

/// OCTET STRING.
pub fn octets(content: &[u8]) -> Vec<u8> {
    value(tag::OCTET_STRING, content)
}

/// NULL.
pub fn null() -> Vec<u8> {
    value(tag::NULL, &[])
}

/// BMPString: UTF-16, big end first. Characters beyond the BMP become surrogate pairs.
pub fn bmp_string(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    value(tag::BMP_STRING, &units)
}

/// OBJECT IDENTIFIER from dotted numbers; parts that are no numbers count as zero.
pub fn oid(text: &str) -> Vec<u8> {
    let mut numbers = text.split('.').map(|part| part.parse::<u64>().unwrap_or(0));
    let first = numbers.next().unwrap_or(0) * 40 + numbers.next().unwrap_or(0);
    let mut content = Vec::new();
    for number in std::iter::once(first).chain(numbers) {
        // Groups of seven bits, all but the last with the high bit set.
        let groups = (64 - number.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group > 0 { 0x80 } else { 0 };
            content.push((number >> (7 * group)) as u8 & 0x7f | more);
        }
    }
    value(tag::OID, &content)
}
