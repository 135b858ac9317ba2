//! The answers that a person can give to an item.
//!
//! Five states that are easily confused: *withdrawn* is not *refused*, *prohibited* is not refused,
//! *not asked* is not refused, *exempt* is not given. The first two are answers and stand here; the
//! last three are no answers and only ever appear as the [`Reason`](crate::evaluate::Reason) of a decision.

/// An answer to one item, written as one letter. An answer line such as `-gr` has one letter for each
/// item of the policy under which the person answered; `-` stands where there was nothing to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `g`: the person said yes.
    Given,
    /// `r`: the person said no.
    Refused,
    /// `w`: the person took an earlier yes back.
    Withdrawn,
    /// `l`: it was shown and left as it was; the regime's default stays.
    Left,
}

impl State {
    /// The state of a letter; `None` for `-` and for letters of later versions.
    #[must_use]
    pub fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'g' => Some(State::Given),
            'r' => Some(State::Refused),
            'w' => Some(State::Withdrawn),
            'l' => Some(State::Left),
            _ => None,
        }
    }

    /// The letter of a state.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            State::Given => 'g',
            State::Refused => 'r',
            State::Withdrawn => 'w',
            State::Left => 'l',
        }
    }
}

/// Who gave an answer (ISO 27560 `entity_id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The person.
    Subject,
    /// A parent or guardian.
    Guardian,
    /// A consent service or another agent on the person's behalf.
    Agent,
    /// A signal of the browser or the operating system.
    Signal,
    /// A choice carried over from another product.
    Import,
}

impl Actor {
    /// The actor of a name in a record; unknown names of later versions count as an import.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "subject" => Actor::Subject,
            "guardian" => Actor::Guardian,
            "agent" => Actor::Agent,
            "signal" => Actor::Signal,
            _ => Actor::Import,
        }
    }

    /// The letter of the cookie.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Actor::Subject => 's',
            Actor::Guardian => 'g',
            Actor::Agent => 'a',
            Actor::Signal => 'x',
            Actor::Import => 'i',
        }
    }
}
