//! A body judged by what is known: pure, so that it can be judged again when more is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aggregates::listings::{
    GONE_ANSWERS, Listing, ListingCommand, ListingDetails, ListingEvent, Observation, Sight, Standing, sight,
};
use aggregates::{Decider, Refusal};
use chrono::{DateTime, Utc};

use super::board::{Board, Known, after};
use super::late::Pages;
use super::{Intake, Look, Rejected, Report, Sighting};

/// What has to be known before a body can be judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// The whole timelines of these.
    pub(super) timelines: BTreeSet<i64>,
    /// The looks between these moments.
    pub(super) looks: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What a body does to one listing.
#[derive(Default)]
pub(super) struct Work {
    /// Its newest event as the board knows it; 0: it is new.
    pub(super) expected: i64,
    /// What happens to it.
    pub(super) events: Vec<ListingEvent>,
    standing: Standing,
    gone_answers: u32,
    judged_at: Option<DateTime<Utc>>,
    /// Its state with `events`, where something late came.
    state: Option<Box<Listing>>,
}

/// What a body comes to.
#[derive(Default)]
pub(super) struct Plan {
    /// By listing, in order.
    pub(super) work: BTreeMap<i64, Work>,
    pub(super) confirmed: Vec<(i64, DateTime<Utc>)>,
    pub(super) changed: Vec<(i64, DateTime<Utc>)>,
    pub(super) gone: Vec<(i64, DateTime<Utc>)>,
    pub(super) failed: Vec<(i64, DateTime<Utc>)>,
    created: BTreeSet<i64>,
    rejected: Vec<Rejected>,
    needs: Needs,
}

/// Where a body is judged.
struct Judge<'a> {
    board: &'a Board,
    intake: &'a Intake,
    numbers: &'a BTreeMap<String, i64>,
    streams: &'a HashMap<i64, Listing>,
    pages: &'a Pages,
    /// What the body says of the codes that may be registered.
    abouts: HashMap<String, ListingDetails>,
}

impl Plan {
    /// Judges `sightings` in the order of their times. `numbers` are for codes that may be registered; `streams`
    /// and `pages` are what late ones need.
    pub(super) fn of(
        board: &Board,
        sightings: &[Sighting],
        intake: &Intake,
        numbers: &BTreeMap<String, i64>,
        streams: &HashMap<i64, Listing>,
        pages: &Pages,
    ) -> Result<Self, Needs> {
        let abouts = if numbers.is_empty() { HashMap::new() } else { abouts(board, sightings) };
        let judge = Judge { board, intake, numbers, streams, pages, abouts };
        let mut order: Vec<&Sighting> = sightings.iter().collect();
        order.sort_by_key(|sighting| sighting.at());
        let mut plan = Self::default();
        for sighting in order {
            if let Err(refusal) = plan.judge(&judge, sighting) {
                plan.rejected.push(rejected(sighting.index, &refusal));
            }
        }
        if plan.needs != Needs::default() {
            return Err(plan.needs);
        }
        plan.rejected.sort_by_key(|rejected| rejected.index);
        Ok(plan)
    }

    /// The listings that something happens to.
    pub(super) fn touched(&self) -> impl Iterator<Item = i64> + '_ {
        self.work.iter().filter(|(_, work)| !work.events.is_empty()).map(|(number, _)| *number)
    }

    pub(super) fn report(&self) -> Report {
        let is_delisting = |event: &ListingEvent| matches!(event, ListingEvent::ListingDelisted { .. });
        let delisted = self.work.iter().filter(|(_, work)| work.events.iter().any(is_delisting));
        Report {
            changed: self.changed.len(),
            confirmed: self.confirmed.len(),
            gone: self.gone.len(),
            failed: self.failed.len(),
            rejected: self.rejected.clone(),
            changed_listings: self.changed.iter().map(|(number, _)| *number).collect(),
            delisted_listings: delisted.map(|(number, _)| *number).collect(),
            created_listings: self.created.clone(),
            position: 0,
        }
    }

    fn judge(&mut self, judge: &Judge<'_>, sighting: &Sighting) -> Result<(), Refusal> {
        let number = self.number_of(judge, sighting)?;
        let work = self.work.entry(number).or_insert_with(|| Work::on(judge.board.get(number)));
        match &sighting.look {
            Look::Seen(observation) => {
                let at = observation.observed_at;
                if work.judged_at == Some(at) {
                    let rule = "this listing was observed at the same time earlier in this body";
                    return Err(Refusal::field("listing", "duplicate", rule));
                }
                let events = match sight(&work.standing, observation, judge.intake.now)? {
                    Sight::Events(events) => events,
                    Sight::Late => match work.late(judge, number, observation, &mut self.needs)? {
                        Some(events) => events,
                        None => return Ok(()),
                    },
                };
                work.judged_at = Some(at);
                // One that is only back is seen as it was known: no event of its own says when.
                let is_change = |event: &ListingEvent| matches!(event, ListingEvent::PriceObserved { .. });
                let is_changed = events.iter().any(is_change);
                let looked = if is_changed { &mut self.changed } else { &mut self.confirmed };
                looked.push((number, at));
                work.seen(at);
                work.happen(events);
            }
            // It was seen since: that it was gone before tells nothing of it.
            Look::Gone { at, .. } if work.standing.seen_at.is_some_and(|seen_at| seen_at > *at) => {
                self.failed.push((number, *at));
            }
            Look::Gone { at, evidence } => {
                self.gone.push((number, *at));
                work.gone_answers += 1;
                if work.gone_answers >= GONE_ANSWERS && work.standing.delisted_at.is_none() {
                    let (source, evidence) = (judge.intake.source.clone(), evidence.clone());
                    work.happen(vec![ListingEvent::ListingDelisted { at: *at, source, evidence }]);
                }
            }
            Look::Failed { at } => self.failed.push((number, *at)),
        }
        Ok(())
    }

    /// The listing that is meant; registers it, if it may be and nobody knows it.
    fn number_of(&mut self, judge: &Judge<'_>, sighting: &Sighting) -> Result<i64, Refusal> {
        if let Some(number) = judge.board.find(&sighting.listing) {
            return Ok(number);
        }
        let unknown = || Refusal::field("listing", "unknown_listing", "no listing has this number or code");
        let code = judge.board.unknown_code(&sighting.listing).ok_or_else(unknown)?;
        let number =
            judge.numbers.get(&code).copied().filter(|_| judge.intake.creates).ok_or_else(unknown)?;
        if !self.created.contains(&number) {
            let mut details = judge.abouts.get(&code).cloned().unwrap_or_default();
            details.product_id = Some(code);
            let events = Listing::default().decide(ListingCommand::Register { number, details })?;
            // What is wrong with the first observation of it must not leave an empty listing behind.
            if let Look::Seen(observation) = &sighting.look {
                sight(&Standing::default(), observation, judge.intake.now)?;
            }
            self.created.insert(number);
            self.work.entry(number).or_default().happen(events);
        }
        Ok(number)
    }
}

impl Work {
    fn on(known: Option<&Known>) -> Self {
        let Some(known) = known else { return Self::default() };
        Self {
            expected: known.sequence,
            standing: known.standing,
            gone_answers: known.gone_answers,
            ..Self::default()
        }
    }

    fn seen(&mut self, at: DateTime<Utc>) {
        self.standing.seen_at = self.standing.seen_at.max(Some(at));
        self.gone_answers = 0;
    }

    fn happen(&mut self, events: Vec<ListingEvent>) {
        for event in events {
            let is_late = matches!(event, ListingEvent::PriceObserved { late: true, .. });
            if let Some(state) = &mut self.state {
                state.evolve(&event);
            }
            match &self.state {
                Some(state) if is_late => self.standing = state.standing(self.standing.seen_at),
                _ => self.standing = after(self.standing, &event),
            }
            self.events.push(event);
        }
    }

    /// What a late observation means; none: more has to be known first.
    fn late(
        &mut self,
        judge: &Judge<'_>,
        number: i64,
        observation: &Observation,
        needs: &mut Needs,
    ) -> Result<Option<Vec<ListingEvent>>, Refusal> {
        if self.state.is_none() {
            let mut state = match (self.expected, judge.streams.get(&number)) {
                (0, _) => Listing::default(),
                (_, Some(state)) => state.clone(),
                (_, None) => {
                    needs.timelines.insert(number);
                    return Ok(None);
                }
            };
            self.events.iter().for_each(|event| state.evolve(event));
            self.state = Some(Box::new(state));
        }
        let Some(state) = &self.state else { return Ok(None) };
        let at = observation.observed_at;
        let next = state.prices.next_after(at);
        let until = next.map(|point| point.at).or(self.standing.seen_at).unwrap_or(at);
        if !judge.pages.cover(at, until) {
            let (from, to) = needs.looks.unwrap_or((at, until));
            needs.looks = Some((from.min(at), to.max(until)));
            return Ok(None);
        }
        let events = state.decide(ListingCommand::Observe {
            observation: observation.clone(),
            seen_at: self.standing.seen_at,
            seen_again_at: judge.pages.next_look(number, at),
            now: judge.intake.now,
        })?;
        Ok(Some(events))
    }
}

impl Sighting {
    /// When somebody looked.
    pub fn at(&self) -> DateTime<Utc> {
        match &self.look {
            Look::Seen(observation) => observation.observed_at,
            Look::Gone { at, .. } | Look::Failed { at } => *at,
        }
    }
}

fn rejected(index: usize, refusal: &Refusal) -> Rejected {
    let code = match refusal {
        Refusal::Invalid(faults) => faults.first().map_or("invalid", |fault| fault.code.as_str()),
        Refusal::NotFound(_) => "unknown_listing",
    };
    Rejected { index, code: code.to_owned(), message: refusal.to_string() }
}

/// What all sightings of a code together say of it; of two who say the same thing, the one sent first.
fn abouts(board: &Board, sightings: &[Sighting]) -> HashMap<String, ListingDetails> {
    let mut abouts: HashMap<String, ListingDetails> = HashMap::new();
    for sighting in sightings {
        let (Some(said), Some(code)) = (&sighting.about, board.unknown_code(&sighting.listing)) else {
            continue;
        };
        let about = abouts.entry(code).or_default();
        let add = |known: &mut Option<String>, said: &Option<String>| {
            if known.is_none() {
                known.clone_from(said);
            }
        };
        add(&mut about.url, &said.url);
        add(&mut about.name, &said.name);
        add(&mut about.brand, &said.brand);
        add(&mut about.category, &said.category);
        add(&mut about.image_url, &said.image_url);
        about.extract = about.extract.take().or_else(|| said.extract.clone());
        about.interval_s = about.interval_s.or(said.interval_s);
    }
    abouts
}
