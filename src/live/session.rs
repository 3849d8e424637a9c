//! A socket's protocol as a pure state machine, apart from its I/O.

use crate::limits;

/// Why the server closes a socket (contract §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// The server shuts down.
    GoingAway,
    /// The client sends what it should not.
    Policy,
    /// The address asks for what makes no sense.
    BadRequest,
    /// Bad or expired token.
    BadToken,
    /// A ticket of another campaign.
    OtherCampaign,
    /// No such campaign.
    NoCampaign,
    /// It does not read fast enough, or does not answer pings.
    TooSlow,
    /// The campaign is deleted.
    Deleted,
    /// The server cannot look now.
    TryAgain,
}

impl CloseCode {
    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::Policy | Self::BadRequest => 1008,
            Self::TryAgain => 1013,
            Self::BadToken => 4401,
            Self::OtherCampaign => 4403,
            Self::NoCampaign => 4404,
            Self::TooSlow => 4408,
            Self::Deleted => 4410,
        }
    }

    /// A word for people who read logs.
    pub fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "server is shutting down",
            Self::Policy => "this socket takes no frames",
            Self::BadRequest => "at must be a time like 2026-01-31T09:00:00Z",
            Self::TryAgain => "try again later",
            Self::BadToken => "bad or expired token",
            Self::OtherCampaign => "ticket of another campaign",
            Self::NoCampaign => "no such campaign",
            Self::TooSlow => "too slow",
            Self::Deleted => "campaign deleted",
        }
    }
}

/// What happened at a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// There is something new to show.
    Changed,
    /// The campaign, or its brand, is deleted.
    Deleted,
    /// What the client came in with is good no longer.
    Revoked,
    /// It is time for a ping.
    PingDue,
    /// The client answered a ping.
    Pong,
    /// The client sent a frame of its own.
    Frame,
    /// What the client sent is too large, or no WebSocket frame.
    Unreadable,
    /// The client closed, or is gone.
    Gone,
    /// A frame was not accepted in time.
    SendTimedOut,
    /// What it shows cannot be read now.
    Failed,
    /// The server stops.
    Stopping,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Wait,
    /// Send what is new.
    Show,
    /// Send a ping.
    Ping,
    /// Say why and close.
    Close(CloseCode),
    /// Nobody is there any more.
    End,
}

/// One socket's memory.
#[derive(Debug, Default)]
pub(super) struct Session {
    unanswered_pings: u32,
    frames: u32,
}

impl Session {
    /// The step that follows `input`.
    pub(super) fn on(&mut self, input: Input) -> Step {
        match input {
            Input::Changed => Step::Show,
            Input::Deleted => Step::Close(CloseCode::Deleted),
            Input::Revoked => Step::Close(CloseCode::BadToken),
            Input::PingDue if self.unanswered_pings >= limits::SOCKET_MISSED_PINGS => {
                Step::Close(CloseCode::TooSlow)
            }
            Input::PingDue => {
                self.unanswered_pings += 1;
                Step::Ping
            }
            Input::Pong => {
                self.unanswered_pings = 0;
                Step::Wait
            }
            Input::Frame => {
                self.frames += 1;
                if self.frames > limits::SOCKET_INBOUND_FRAMES {
                    Step::Close(CloseCode::Policy)
                } else {
                    Step::Wait
                }
            }
            Input::Unreadable => Step::Close(CloseCode::Policy),
            Input::Gone => Step::End,
            Input::SendTimedOut => Step::Close(CloseCode::TooSlow),
            Input::Failed => Step::Close(CloseCode::TryAgain),
            Input::Stopping => Step::Close(CloseCode::GoingAway),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_is_new_and_closes_when_the_campaign_is_gone() {
        let mut session = Session::default();
        assert_eq!(session.on(Input::Changed), Step::Show);
        assert_eq!(session.on(Input::Deleted), Step::Close(CloseCode::Deleted));
        assert_eq!(session.on(Input::Revoked), Step::Close(CloseCode::BadToken));
    }

    #[test]
    fn two_missed_pings_close() {
        let mut session = Session::default();
        assert_eq!(session.on(Input::PingDue), Step::Ping);
        assert_eq!(session.on(Input::PingDue), Step::Ping);
        assert_eq!(session.on(Input::PingDue), Step::Close(CloseCode::TooSlow));
    }

    #[test]
    fn an_answered_ping_starts_the_count_again() {
        let mut session = Session::default();
        for _ in 0..10 {
            assert_eq!(session.on(Input::PingDue), Step::Ping);
            assert_eq!(session.on(Input::Pong), Step::Wait);
        }
    }

    #[test]
    fn frames_of_the_client_are_ignored_up_to_a_bound() {
        let mut session = Session::default();
        for _ in 0..limits::SOCKET_INBOUND_FRAMES {
            assert_eq!(session.on(Input::Frame), Step::Wait);
        }
        assert_eq!(session.on(Input::Frame), Step::Close(CloseCode::Policy));
    }

    #[test]
    fn a_frame_that_nobody_takes_closes() {
        assert_eq!(Session::default().on(Input::SendTimedOut), Step::Close(CloseCode::TooSlow));
    }
}
