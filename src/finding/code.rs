//! A code as it is written, and its row.

use std::borrow::Cow;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Code, RULES, Rule};
use crate::error::Error;
use crate::nearest::did_you_mean;

impl Code {
    /// Its row.
    pub fn rule(self) -> &'static Rule {
        // Rows stand in the order of the enum: both come from the same macro.
        &RULES[self as usize]
    }

    /// The code as it is written.
    pub fn id(self) -> &'static str {
        self.rule().id
    }
}

impl FromStr for Code {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        RULES.iter().find(|rule| rule.id == text).map(|rule| rule.code).ok_or_else(|| {
            let near = did_you_mean(text, RULES.iter().map(|rule| rule.id));
            let list = || "`hookprint explain --list codes` lists them".to_owned();
            Error::usage(format!("no such finding code: {text}")).help(near.unwrap_or_else(list))
        })
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Cow::<str>::deserialize(deserializer)?;
        id.parse().map_err(|_| de::Error::custom(format!("no finding is called {id}")))
    }
}
