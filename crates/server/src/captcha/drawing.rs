//! Draws characters that people can read and programs have to work for: strokes of our own, each bent, turned
//! and moved a little, among others that mean nothing. SVG, because it needs no library and stays sharp.

use std::fmt::Write as _;

use crate::{failure::Failure, random::Random};

/// Characters that are taken for no other one.
pub const READABLE: [char; 22] = [
    '2', '3', '4', '6', '7', '9', 'A', 'C', 'E', 'F', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'T', 'W', 'X',
    'Y',
];

const WIDTH: i32 = 2400;
const HEIGHT: i32 = 700;
/// Marks that mean nothing.
const DECOYS: usize = 7;

/// The strokes of a character: points on a grid of 4 by 6, strokes parted by a blank.
fn strokes(character: char) -> &'static str {
    match character {
        '0' => "103041453616050110",
        '1' => "112026",
        '2' => "01103041420646",
        '3' => "0010304132 22324345361605",
        '4' => "300444 3036",
        '5' => "400002324345361605",
        '6' => "4010010516364534231304",
        '7' => "004016 1333",
        '8' => "1030413213020110 1333444536160504131333",
        '9' => "43231303011030414516",
        'A' => "062046 1434",
        'C' => "4130100105163645",
        'E' => "40000646 0333",
        'F' => "400006 0333",
        'H' => "0006 4046 0343",
        'J' => "2040 3035261605",
        'K' => "0006 400346",
        'L' => "000646",
        'M' => "0600234046",
        'N' => "06004640",
        'P' => "0600304132330333",
        'R' => "06003041320333 2346",
        'T' => "0040 2026",
        'W' => "0016233640",
        'X' => "0046 4006",
        'Y' => "002340 2326",
        '+' => "2224 1333 2125",
        '-' => "0343",
        '=' => "0242 0444",
        _ => "",
    }
}

/// Random numbers in a range.
pub struct Dice<'a>(&'a dyn Random);

impl<'a> Dice<'a> {
    /// From where the bytes come.
    pub fn new(random: &'a dyn Random) -> Self {
        Self(random)
    }

    /// A number below another, each equally likely as far as anybody can see.
    pub fn below(&mut self, end: u32) -> Result<u32, Failure> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes)?;
        let drawn = u64::from_be_bytes(bytes) % u64::from(end.max(1));
        Ok(u32::try_from(drawn).unwrap_or(0))
    }

    /// One out of a list.
    pub fn one_of<T: Copy>(&mut self, list: &[T]) -> Result<Option<T>, Failure> {
        let at = self.below(u32::try_from(list.len()).unwrap_or(u32::MAX))?;
        Ok(list.get(at as usize).copied())
    }

    /// A number around zero.
    fn around(&mut self, most: i32) -> Result<i32, Failure> {
        let drawn = self.below(most.unsigned_abs() * 2 + 1)?;
        Ok(i32::try_from(drawn).unwrap_or(0) - most)
    }
}

/// The picture of a text.
pub fn draw(random: &dyn Random, text: &str) -> Result<String, Failure> {
    let mut dice = Dice::new(random);
    let mut paths = Vec::new();
    let count = i32::try_from(text.chars().count()).unwrap_or(1).max(1);
    let room = (WIDTH - 200) / count;
    for (at, character) in (0..).zip(text.chars()) {
        let place = (100 + room * at + room / 2, HEIGHT / 2);
        paths.extend(character_paths(&mut dice, character, place)?);
    }
    for _ in 0..DECOYS {
        paths.push(decoy(&mut dice)?);
    }
    // Neither the order nor the looks of a line tells what it belongs to.
    for last in (1..paths.len()).rev() {
        let other = dice.below(u32::try_from(last + 1).unwrap_or(1))? as usize;
        paths.swap(last, other);
    }
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"320\" height=\"93\">\
         <g fill=\"none\" stroke=\"#14161c\" stroke-width=\"44\" stroke-linecap=\"round\" stroke-linejoin=\"round\">"
    );
    for path in paths {
        let _ = write!(svg, "<path d=\"{path}\"/>");
    }
    Ok(svg + "</g></svg>")
}

/// One path for each of its strokes.
fn character_paths(
    dice: &mut Dice<'_>,
    character: char,
    (center_x, center_y): (i32, i32),
) -> Result<Vec<String>, Failure> {
    // In thousandths: how much it is turned, slanted and scaled.
    let (turn, slope) = (dice.around(220)?, dice.around(180)?);
    let (scale_x, scale_y) = (62 + dice.around(8)?, 68 + dice.around(8)?);
    let (shift_x, shift_y) = (dice.around(24)?, dice.around(60)?);
    let mut paths = Vec::new();
    for stroke in strokes(character).split(' ') {
        let digits: Vec<i32> = stroke.chars().filter_map(|c| c.to_digit(10)?.try_into().ok()).collect();
        let mut points = Vec::new();
        for pair in digits.chunks_exact(2) {
            let x = (pair[0] - 2) * scale_x + dice.around(9)?;
            let y = (pair[1] - 3) * scale_y + dice.around(9)?;
            let x = x + y * slope / 1000;
            let (turned_x, turned_y) = (x - y * turn / 1000, y + x * turn / 1000);
            points.push((center_x + turned_x + shift_x, center_y + turned_y + shift_y));
        }
        paths.push(path(dice, &points)?);
    }
    Ok(paths)
}

/// A line from point to point, each piece a little bent.
fn path(dice: &mut Dice<'_>, points: &[(i32, i32)]) -> Result<String, Failure> {
    let Some((first, rest)) = points.split_first() else { return Ok(String::new()) };
    let mut path = format!("M{} {}", first.0, first.1);
    let mut before = first;
    for point in rest {
        let middle_x = i32::midpoint(before.0, point.0) + dice.around(14)?;
        let middle_y = i32::midpoint(before.1, point.1) + dice.around(14)?;
        let _ = write!(path, "Q{middle_x} {middle_y} {} {}", point.0, point.1);
        before = point;
    }
    Ok(path)
}

/// A mark above or below, too short to be taken for a part of a character by anybody who reads.
fn decoy(dice: &mut Dice<'_>) -> Result<String, Failure> {
    let x = i32::try_from(dice.below(2200)?).unwrap_or(0) + 100;
    let is_above = dice.below(2)? == 0;
    let y = if is_above { 60 } else { HEIGHT - 60 } + dice.around(25)?;
    let end = (x + 35 + dice.around(15)?, y + dice.around(20)?);
    path(dice, &[(x, y), end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn drawn(seed: u64, text: &str) -> String {
        draw(&SeededRandom::new(seed), text).unwrap()
    }

    #[test]
    fn every_character_that_is_asked_for_has_strokes_of_whole_points() {
        for character in READABLE.into_iter().chain("0123456789+-=".chars()) {
            let strokes = strokes(character);
            assert!(!strokes.is_empty(), "{character}");
            for stroke in strokes.split(' ') {
                assert!(stroke.len() >= 4 && stroke.len() % 2 == 0, "{character} {stroke}");
                assert!(stroke.bytes().all(|digit| (b'0'..=b'6').contains(&digit)), "{character} {stroke}");
            }
        }
    }

    #[test]
    fn no_two_pictures_of_one_text_are_alike_and_all_stay_inside() {
        assert_ne!(drawn(1, "AC23"), drawn(2, "AC23"));
        for seed in 0..200 {
            let svg = drawn(seed, "WMW9W4");
            let (_, paths) = svg.split_once("<path").unwrap();
            for path in paths.split('"').filter(|part| part.starts_with('M')) {
                let numbers = path.split([' ', 'M', 'Q']).filter_map(|it| it.parse::<i32>().ok());
                let numbers: Vec<i32> = numbers.collect();
                for pair in numbers.chunks_exact(2) {
                    assert!(
                        (0..=WIDTH).contains(&pair[0]) && (0..=HEIGHT).contains(&pair[1]),
                        "{seed} {path}"
                    );
                }
            }
        }
    }
}
