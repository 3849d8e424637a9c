/// Declares the plain fields of a thing together with its partial form.
///
/// `details! { pub struct BrandDetails / BrandPatch { … } }` makes the struct, a patch whose fields are
/// all optional (an optional field becomes doubly so: absent, null, value), `changed_by` (the part of a
/// patch that would really change something, contract R12), `apply`, and a patch of all fields from the
/// whole, so that one check serves a new thing and a changed one.
macro_rules! details {
    (
        $(#[$meta:meta])*
        $vis:vis struct $details:ident / $patch:ident {
            $($(#[$field_meta:meta])* $field:ident : $kind:ty),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        $vis struct $details { $($(#[$field_meta])* pub $field: $kind),+ }

        #[doc = concat!("The fields of a [`", stringify!($details), "`] that are to change.")]
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        $vis struct $patch {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::values::present")]
                pub $field: Option<$kind>
            ),+
        }

        impl $details {
            /// The part of `patch` that differs from these details.
            pub fn changed_by(&self, patch: &$patch) -> $patch {
                $patch { $($field: patch.$field.clone().filter(|new| *new != self.$field)),+ }
            }

            /// Takes over every field that `patch` has.
            pub fn apply(&mut self, patch: &$patch) {
                $(if let Some(new) = &patch.$field { self.$field = new.clone(); })+
            }
        }

        impl From<$details> for $patch {
            fn from(details: $details) -> Self {
                Self { $($field: Some(details.$field)),+ }
            }
        }

        impl $patch {
            /// Whether it changes nothing at all.
            pub fn is_empty(&self) -> bool {
                *self == Self::default()
            }
        }
    };
}
