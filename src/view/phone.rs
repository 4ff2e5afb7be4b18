//! What the identifier screen has more where phone numbers are taken: the list of regions, the number as
//! it is read, and the way between address and number. In the full edition only.

use std::{cell::OnceCell, rc::Rc};

use latch_flow::{
    Event, FULL, Takes, View,
    home::Hint,
    phone::{Plan, Region},
};
use leptos::prelude::*;

use super::{
    Login, identifier,
    part::{
        button::{Button, ButtonProps},
        element::Element,
        field::Beside,
        picker::{Choice, List, Picker, PickerProps},
    },
};
use crate::{
    dictionary::{Endonyms, Text, Words, alphabetical, folded},
    style,
};

/// The parts of the identifier screen that are about phone numbers.
pub(super) struct Phone {
    /// The field's.
    pub(super) sheet: &'static str,
    /// The list of regions, and the number as it is read.
    pub(super) beside: Option<Beside>,
    /// Takes what the field holds, and gives what it should show.
    pub(super) read: Option<Rc<dyn Fn(String) -> String>>,
    /// The way to the other field.
    pub(super) other: Option<Element>,
}

/// Where no numbers are taken.
impl Default for Phone {
    fn default() -> Self {
        Self { sheet: style::FIELD, beside: None, read: None, other: None }
    }
}

/// These parts, for a field that takes this.
pub(super) fn parts(login: &Login, takes: Takes) -> Phone {
    let entered = login.submitted(Event::IdentifierEntered);
    let read = move |text: String| {
        entered(text.clone());
        text
    };
    let other = takes.other().map(|other| {
        let text = if other.is_for_numbers() { Text::UsePhone } else { Text::UseEmail };
        let label = login.words.say(text);
        Button(ButtonProps {
            kind: "button quiet",
            label: Rc::new(move || label.clone()),
            busy: login.live(|_, _| false.to_string()),
            off: login.live(super::busy),
            press: Some(login.pressed(|| Event::OtherFieldRequested)),
        })
    });
    let beside = Some(Beside { before: picker(login), reading: login.live(reading) });
    Phone { sheet: style::PHONE_FIELD, beside, read: Some(Rc::new(read)), other }
}

/// The number that the field holds, as it is understood; empty where it holds none, or something is wrong.
fn reading(view: &View, words: &Words) -> String {
    let identifier = identifier(view).filter(|it| FULL && it.problem.is_none());
    identifier.and_then(|it| it.number.as_ref()).map(|number| words.number_read(number)).unwrap_or_default()
}

fn picker(login: &Login) -> Element {
    let regions = Rc::new(Regions { login: login.clone(), all: OnceCell::new() });
    let (choices, find, current, send) =
        (Rc::clone(&regions), Rc::clone(&regions), Rc::clone(&regions), Rc::clone(&login.send));
    let words = &login.words;
    let list = List {
        choices: Box::new(move || Rc::clone(&choices.all().choices)),
        find: Box::new(move |typed| find.find(typed)),
        current: Box::new(move || current.current()),
        choose: Box::new(move |key| {
            if let Some(region) = Region::named(&key) {
                send(Event::RegionHinted(Hint::User, region));
            }
        }),
        name: words.say(Text::Regions),
        search: words.say(Text::RegionSearch),
        none: words.say(Text::RegionNone),
        direction: words.direction().to_owned(),
    };
    Picker(PickerProps {
        id: login.id("regions"),
        label: login.live(|view, _| code(view)),
        name: login.live(|view, words| {
            let region = chosen(view).map(|region| words.regions().name(region.as_str()));
            let said = [region.unwrap_or_default(), code(view)].join(" ");
            words.fill(Text::Region, said.trim())
        }),
        off: login.live(|view, _| identifier(view).is_none_or(|it| it.picker.is_none()).to_string()),
        list,
    })
}

fn chosen(view: &View) -> Option<Region> {
    identifier(view)?.picker.as_ref()?.region
}

/// The calling code of the chosen region, as in `+47`.
fn code(view: &View) -> String {
    let code = || {
        let picker = identifier(view)?.picker.as_ref()?;
        picker.plan.code(picker.region?)
    };
    ["+", code().unwrap_or_default()].concat()
}

/// The list of regions: made when it is first looked at.
struct Regions {
    login: Login,
    all: OnceCell<All>,
}

struct All {
    choices: Rc<Vec<Choice>>,
    /// The names of each as they are searched.
    searched: Vec<Searched>,
}

struct Searched {
    names: [String; 2],
    /// Whether it is the main one of those that share its calling code.
    is_main: bool,
}

impl Regions {
    fn all(&self) -> &All {
        self.all.get_or_init(|| {
            let plan = self.login.view.with_untracked(|view| {
                identifier(view).and_then(|it| it.picker.as_ref()).map(|picker| Rc::clone(&picker.plan))
            });
            plan.map_or_else(
                || All { choices: Rc::default(), searched: Vec::new() },
                |plan| all(&plan, &self.login.words),
            )
        })
    }

    fn current(&self) -> String {
        let region = self.login.view.with_untracked(chosen);
        region.map(|region| region.as_str().to_owned()).unwrap_or_default()
    }

    /// The places of those that fit. Where nothing is searched for, the chosen one comes first.
    fn find(&self, typed: &str) -> Vec<usize> {
        let All { choices, searched } = self.all();
        let typed = folded(typed);
        let typed = typed.trim();
        let current = self.current();
        let ranks: Vec<Option<u8>> = choices
            .iter()
            .zip(searched)
            .map(|(choice, searched)| {
                if typed.is_empty() {
                    Some(u8::from(choice.key != current))
                } else {
                    rank(typed, choice, searched)
                }
            })
            .collect();
        let of_rank = |wanted| {
            let places = ranks.iter().enumerate();
            places.filter(move |(_, rank)| **rank == Some(wanted)).map(|(place, _)| place)
        };
        (0..=LAST_RANK).flat_map(of_rank).collect()
    }
}

fn all(plan: &Plan, words: &Words) -> All {
    let mut own_names = Endonyms::default();
    let choices: Vec<Choice> = plan
        .regions()
        .map(|(region, code)| {
            let (key, name) = (region.as_str().to_owned(), words.regions().name(region.as_str()));
            let own = own_names.name(&key);
            // A code is no name.
            let other_name = if own == name || own == key { String::new() } else { own };
            Choice { key, name, other_name, code: ["+", code].concat() }
        })
        .collect();
    let order = alphabetical(choices.iter().map(|it| it.name.as_str()), words.spoken());
    let choices: Vec<Choice> = order.into_iter().filter_map(|place| choices.get(place).cloned()).collect();
    let main = |code: &str| plan.regions().find(|(_, its)| code.strip_prefix('+') == Some(its));
    let searched = choices.iter().map(|it| Searched {
        names: [folded(&it.name), folded(&it.other_name)],
        is_main: main(&it.code).is_some_and(|(region, _)| region.as_str() == it.key),
    });
    let searched = searched.collect();
    All { choices: Rc::new(choices), searched }
}

/// The worst that still fits.
const LAST_RANK: u8 = 3;

/// How well a region fits what is searched for: less is better.
fn rank(typed: &str, choice: &Choice, searched: &Searched) -> Option<u8> {
    let Searched { names, is_main } = searched;
    let code = choice.code.trim_start_matches('+');
    let digits = typed.strip_prefix('+').or_else(|| typed.strip_prefix("00")).unwrap_or(typed);
    if code == digits && *is_main || choice.key.eq_ignore_ascii_case(typed) {
        return Some(0);
    }
    let starts = |name: &String| name.starts_with(typed);
    let has_word = |name: &String| name.split([' ', '-', '(']).any(|word| word.starts_with(typed));
    if names.iter().any(starts) || (!digits.is_empty() && code.starts_with(digits)) {
        Some(1)
    } else if names.iter().any(has_word) {
        Some(2)
    } else {
        names.iter().any(|name| name.contains(typed)).then_some(LAST_RANK)
    }
}
