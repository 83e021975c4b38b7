//! Enums whose values are words of a report.

/// Implements what a word of the report needs: its text, and serialising as such.
macro_rules! words {
    ($type:ident { $($variant:ident $word:literal)* }) => {
        impl $type {
            /// As reports write it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}

pub(super) use words;
