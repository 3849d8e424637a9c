//! Usernames: which there may be, and which are the same.

use unicode_normalization::UnicodeNormalization;

use crate::faults::Faults;

/// The longest username and the longest display name, in characters.
pub(super) const NAME_CHARS_MAX: usize = 150;

/// A username as it is compared: compatibility forms (full-width letters, ligatures), case and runs of spaces do
/// not tell two names apart.
pub fn fold(username: &str) -> String {
    let one_case = username.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let text: String = one_case.nfkc().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A username as it looks: what is claimed, so that nobody takes another's name in letters of another script.
pub fn look(username: &str) -> String {
    fold(username).chars().map(latin_twin).collect()
}

/// Brings a username into the form that is stored and notes what is wrong with it.
pub(super) fn check(username: &mut String, faults: &mut Faults) {
    *username = username.nfkc().collect();
    faults.name("username", Some(username), NAME_CHARS_MAX);
    faults.printable("username", username);
    if username.chars().any(is_invisible) {
        faults.add("username", "not_allowed", "must not contain invisible characters");
    }
    let mut scripts = username.chars().filter_map(script);
    if let Some(first) = scripts.next()
        && scripts.any(|other| other != first)
    {
        faults.add("username", "not_allowed", "must not mix scripts whose letters look alike");
    }
}

/// Characters that change how a name is read, or that nobody sees; control characters are found elsewhere.
fn is_invisible(character: char) -> bool {
    match character {
        ' ' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' => true,
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}' => true,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}' => true,
        // Private use, tags, and what will never be a character.
        '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}' => true,
        other => other.is_whitespace() && !other.is_control(),
    }
}

/// The scripts whose letters are taken for each other's; those of others are not.
#[derive(PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
}

fn script(character: char) -> Option<Script> {
    if !character.is_alphabetic() {
        return None;
    }
    match character {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => {
            Some(Script::Latin)
        }
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}'
        | '\u{1c80}'..='\u{1c8f}'
        | '\u{2de0}'..='\u{2dff}'
        | '\u{a640}'..='\u{a69f}' => Some(Script::Cyrillic),
        '\u{530}'..='\u{58f}' => Some(Script::Armenian),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some(Script::Cherokee),
        _ => None,
    }
}

/// The Latin letter that a small letter of another script, or its capital, is taken for.
fn latin_twin(character: char) -> char {
    match character {
        'а' | 'α' | 'ɑ' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ɡ' => 'g',
        'һ' | 'н' | 'η' | 'հ' => 'h',
        'і' | 'ι' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' | 'զ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' | 'υ' | 'ү' => 'y',
        'ζ' => 'z',
        other => other,
    }
}
