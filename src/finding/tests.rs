//! The table of findings is whole.

use super::*;

#[test]
fn every_code_finds_its_row_by_number_and_by_name() {
    for rule in RULES {
        assert_eq!(rule.code.rule().id, rule.id);
        assert_eq!(rule.id.parse::<Code>().unwrap(), rule.code);
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        assert!(rule.explanation.ends_with('.') && !rule.title.ends_with('.'), "{}", rule.id);
    }
    assert!("nonsense".parse::<Code>().is_err());
}
