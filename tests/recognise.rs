//! What notes of other clinics say of themselves, in layouts that no corpus of this repository has.
//!
//! Each table's rows are an input and what is to be recognised in it: `participant | date | type`,
//! `-` for unknown. Months come first in dates of numbers unless a test says otherwise.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use verbatim::codebook::reading;
use verbatim::ingest::participants::parse_participants;
use verbatim::ingest::recognise::{
    Clues, RawNote, Recognised, Recogniser, SettleOptions, Settled, settle,
};
use verbatim::model::corpus::Participant;
use verbatim::model::reading::{DateOrder, Named, ReadingRules, Role};

fn rules() -> ReadingRules {
    reading::english().unwrap_or_else(|e| panic!("{e}"))
}

fn people(rules: &ReadingRules) -> Vec<Participant> {
    let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
    let headers = row(&["participant_id", "initials", "pseudonym", "age"]);
    let rows = [
        row(&["P01", "D.W.", "Marisol", "31"]),
        row(&["P02", "A.C.", "Joanne", "29"]),
        row(&["P12", "H.Q.", "Tamsin", "40"]),
    ];
    parse_participants(&headers, &rows, rules, Path::new("p.csv")).0
}

struct Clinic {
    recogniser: Recogniser,
    people: Vec<Participant>,
}

impl Clinic {
    fn with_table() -> Self {
        let rules = rules();
        let people = people(&rules);
        Self {
            recogniser: Recogniser::new(&rules, &people),
            people,
        }
    }

    fn without_table() -> Self {
        Self {
            recogniser: Recogniser::new(&rules(), &[]),
            people: Vec::new(),
        }
    }

    fn settle(&self, order: Option<DateOrder>, notes: Vec<(RawNote, Clues, &str)>) -> Settled {
        let said = notes.iter();
        let said = said.map(|(_, clues, text)| self.recogniser.attribute(clues, text));
        let said = said.collect();
        let raws: Vec<RawNote> = notes.into_iter().map(|(raw, ..)| raw).collect();
        let options = SettleOptions {
            date_order: order,
            today: None,
        };
        settle(&raws, said, options, &self.people)
    }

    fn one(&self, clues: Clues, text: &str) -> Recognised {
        let raw = RawNote {
            source: "a.txt".into(),
            ..RawNote::default()
        };
        let settled = self.settle(Some(DateOrder::MonthFirst), vec![(raw, clues, text)]);
        settled.notes.into_iter().next().unwrap_or_default()
    }
}

fn show(found: &Recognised) -> String {
    let or = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    format!(
        "{} | {} | {}",
        or(found.participant.value.as_ref().map(ToString::to_string)),
        or(found.date.value.map(|d| d.to_string())),
        or(found.session_type.value.as_ref().map(ToString::to_string))
    )
}

/// Runs a table and fails with all rows that are wrong.
fn check(rows: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(input, expected)| {
            let found = read(input);
            (found != *expected).then(|| format!("{input:?}\n   {found}\n   {expected}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn by_file_name(clinic: &Clinic, name: &str) -> String {
    let clues = Clues {
        file_name: name.to_owned(),
        ..Clues::default()
    };
    show(&clinic.one(clues, "She slept better and went for a walk.\n"))
}

#[test]
fn file_names_with_a_participants_table() {
    let clinic = Clinic::with_table();
    let rows = [
        ("P01_2021-03-04_dosing", "P01 | 2021-03-04 | ketamine"),
        ("p1 kap 3 - 3.4.21", "P01 | 2021-03-04 | ketamine"),
        ("DW_KAP2_03042021", "P01 | 2021-03-04 | ketamine"),
        (
            "D.W. integration 4 March 2021",
            "P01 | 2021-03-04 | integration",
        ),
        (
            "Marisol - Med Check 4-Mar-21",
            "P01 | 2021-03-04 | follow_up",
        ),
        ("marisol_intake_20210304", "P01 | 2021-03-04 | evaluation"),
        ("2021 03 04 Pt 12 IS #2", "P12 | 2021-03-04 | integration"),
        (
            "Patient12 psych eval March 4th 2021",
            "P12 | 2021-03-04 | evaluation",
        ),
        ("HQ phone call 030421", "P12 | 2021-03-04 | follow_up"),
        (
            "IntegrationSession_P02_2021.03.04",
            "P02 | 2021-03-04 | integration",
        ),
        (
            "AC ketamine consult Mar 4, 2021",
            "P02 | 2021-03-04 | evaluation",
        ),
        (
            "Participant 2 - lozenge session #5 (2021-03-04)",
            "P02 | 2021-03-04 | ketamine",
        ),
        (
            "2021-03-04 P02 KAP integration final v2",
            "P02 | 2021-03-04 | integration",
        ),
        ("P02-IM-dosing-04MAR2021", "P02 | 2021-03-04 | ketamine"),
        ("P-02 prep session 3-4-21", "P02 | 2021-03-04 | -"),
        (
            "medicine session two AC 3-4-2021",
            "P02 | 2021-03-04 | ketamine",
        ),
        (
            "2021-03-04 ketamine follow-up P02",
            "P02 | 2021-03-04 | follow_up",
        ),
        ("KS2+IS2 P02 2021-03-04", "P02 | 2021-03-04 | ketamine"),
        (
            "post-KAP check in 2021-03-04 AC",
            "P02 | 2021-03-04 | follow_up",
        ),
        (
            "integration after KS3 - AC - 2021-03-04",
            "P02 | 2021-03-04 | integration",
        ),
        ("JL note 12", "- | - | -"),
        ("ac_03-04-21", "- | 2021-03-04 | -"),
        ("P01 no show 3-4-21", "P01 | 2021-03-04 | -"),
        ("P01 KAP cancelled 3-4-21", "P01 | 2021-03-04 | -"),
        ("scan0042", "- | - | -"),
        ("note", "- | - | -"),
        ("Gen-Med-SOAP-9", "- | - | -"),
        ("Psych-H-P-1", "- | - | -"),
        ("s2 dosing 3-4-21", "- | 2021-03-04 | ketamine"),
    ];
    check(&rows, |name| by_file_name(&clinic, name));
}

#[test]
fn file_names_without_a_participants_table() {
    let clinic = Clinic::without_table();
    let rows = [
        ("P07_2021-03-04_IS", "P07 | 2021-03-04 | integration"),
        (
            "Participant 7 dosing day 3-4-21",
            "7 | 2021-03-04 | ketamine",
        ),
        ("pt7 infusion #3 2021_03_04", "pt7 | 2021-03-04 | ketamine"),
        (
            "Client 7 - therapy (integration) - 4.3.2021",
            "7 | 2021-04-03 | integration",
        ),
        (
            "2021-03-04T0900 P07 evaluation",
            "P07 | 2021-03-04 | evaluation",
        ),
        ("KS1_030421", "- | 2021-03-04 | ketamine"),
        ("IS 12", "- | - | integration"),
        ("room 4 2021-03-04", "- | 2021-03-04 | -"),
        ("week 3 check-in", "- | - | follow_up"),
        ("JL 2021-03-04", "- | 2021-03-04 | -"),
        ("f-u 3-4-21", "- | 2021-03-04 | follow_up"),
        ("FU_visit_3_2021-03-04", "- | 2021-03-04 | follow_up"),
        (
            "new patient consult 2021-03-04",
            "- | 2021-03-04 | evaluation",
        ),
        ("Ketamine Program notes", "- | - | -"),
        ("assessment and plan", "- | - | -"),
    ];
    check(&rows, |name| by_file_name(&clinic, name));
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn session_types_in_cells() {
    let clinic = Clinic::without_table();
    let rows = [
        ("Ketamine", "ketamine"),
        ("KAP", "ketamine"),
        ("IM", "ketamine"),
        ("KAP-SL #4", "ketamine"),
        ("Ketamine-Assisted Psychotherapy Session", "ketamine"),
        ("Medicine day", "ketamine"),
        ("DOSING", "ketamine"),
        ("Dosing Session 3 of 6", "ketamine"),
        ("ketamine tx - IM 80mg", "ketamine"),
        ("home dose (SL 200)", "ketamine"),
        ("Spravato treatment", "ketamine"),
        ("experiential session", "ketamine"),
        ("2nd ketamine journey", "ketamine"),
        ("kap session w/ integration", "ketamine"),
        ("Integration", "integration"),
        ("INTEGRATION - telehealth", "integration"),
        ("post-ketamine integration", "integration"),
        ("KAP integration session #2", "integration"),
        ("Integration (after 2nd ketamine session)", "integration"),
        ("integration following IM dosing", "integration"),
        ("IS", "integration"),
        ("IS-4", "integration"),
        ("Psychotherapy, 60 min", "integration"),
        ("90837", "integration"),
        ("Ketamine Integration Therapy", "integration"),
        ("intergration", "integration"),
        ("Integration session / home KAP #3", "integration"),
        ("Ketamine Evaluation", "evaluation"),
        ("Initial consult - KAP", "evaluation"),
        ("Psychiatric Diagnostic Evaluation (90792)", "evaluation"),
        ("Intake", "evaluation"),
        ("pre-ketamine evaluation", "evaluation"),
        ("KAP screening visit", "evaluation"),
        ("new pt eval", "evaluation"),
        ("eval for ketamine", "evaluation"),
        ("New Patient - Ketamine", "evaluation"),
        ("medical clearance for KAP", "evaluation"),
        ("Follow-up", "follow_up"),
        ("f/u", "follow_up"),
        ("F/U ketamine", "follow_up"),
        ("Med management", "follow_up"),
        ("Medication Check (post KAP)", "follow_up"),
        ("Telephone encounter", "follow_up"),
        ("Patient portal message", "follow_up"),
        ("24-hour call after dosing", "follow_up"),
        ("check in re: ketamine", "follow_up"),
        ("follow up after ketamine evaluation", "follow_up"),
        ("99214", "follow_up"),
        (
            "Visit type: [ ] Eval  [x] Integration  [ ] Dosing",
            "integration",
        ),
        ("☐ KAP ☒ follow-up", "follow_up"),
        ("Preparation session", "-"),
        ("KAP prep", "-"),
        ("Group yoga", "-"),
        ("Office visit", "-"),
        ("No show", "-"),
        ("Integration / med check", "-"),
        ("Progress note", "-"),
        ("n/a", "-"),
        ("", "-"),
        ("voice memo", "-"),
    ];
    check(&rows, |cell| {
        let clues = Clues {
            columns: vec![(Role::SessionType, cell.to_owned())],
            ..Clues::default()
        };
        let found = clinic.one(clues, "She slept better.\n");
        found
            .session_type
            .value
            .map_or("-".to_owned(), |t| t.to_string())
    });
}

type Rows<'t> = &'t [(&'t str, &'t str)];

#[test]
fn a_study_has_its_own_session_types() {
    let own = |name: &str, aliases: &[&str]| Named {
        name: name.to_owned(),
        listed: true,
        decides: aliases
            .iter()
            .map(|a| (*a).to_owned())
            .chain([name.to_owned()])
            .collect(),
        ..Named::default()
    };
    let cases: &[(Vec<Named>, Rows<'_>)] = &[
        (
            vec![own("KAP", &[]), own("IS", &["integration"])],
            &[
                ("KAP session #3", "KAP"),
                ("medicine session", "KAP"),
                ("KAP integration", "IS"),
                ("Ketamine evaluation", "-"),
                ("med check", "-"),
            ],
        ),
        (
            vec![
                own("intake", &[]),
                own("session", &["therapy"]),
                own("closing", &["termination"]),
            ],
            &[
                ("weekly session", "session"),
                ("initial intake", "intake"),
                ("Termination", "closing"),
                ("therapy 3", "session"),
                ("med check", "-"),
            ],
        ),
    ];
    for (types, rows) in cases {
        let mut rules = rules();
        let built_in = std::mem::take(&mut rules.session_types);
        rules.session_types.clone_from(types);
        rules
            .session_types
            .extend(built_in.into_iter().map(|t| Named { listed: false, ..t }));
        let clinic = Clinic {
            recogniser: Recogniser::new(&rules, &[]),
            people: Vec::new(),
        };
        check(rows, |cell| {
            let clues = Clues {
                columns: vec![(Role::SessionType, cell.to_owned())],
                ..Clues::default()
            };
            let found = clinic.one(clues, "She slept better.\n");
            found
                .session_type
                .value
                .map_or("-".to_owned(), |t| t.to_string())
        });
    }
}

#[test]
fn dates_in_cells() {
    let clinic = Clinic::without_table();
    let rows = [
        ("2021-03-04", "2021-03-04"),
        ("2021/3/4", "2021-03-04"),
        ("2021.03.04", "2021-03-04"),
        ("2021_03_04", "2021-03-04"),
        ("20210304", "2021-03-04"),
        ("3/4/21", "2021-03-04"),
        ("03/04/2021", "2021-03-04"),
        ("3-4-2021", "2021-03-04"),
        ("03.04.2021", "2021-03-04"),
        ("3/4/2021 9:30 AM", "2021-03-04"),
        ("4 Mar 2021", "2021-03-04"),
        ("04-MAR-21", "2021-03-04"),
        ("4th March, 2021", "2021-03-04"),
        ("4 of March 2021", "2021-03-04"),
        ("Mar. 4, 2021", "2021-03-04"),
        ("March 4th 2021", "2021-03-04"),
        ("MARCH 4, 2021", "2021-03-04"),
        ("Thursday, March 4, 2021", "2021-03-04"),
        ("Thu 4 Mar 21", "2021-03-04"),
        ("Thurs. 03/04/21", "2021-03-04"),
        ("2021-Mar-04", "2021-03-04"),
        ("2021 March 4", "2021-03-04"),
        ("2021-03-04T17:05:00Z", "2021-03-04"),
        ("Thu Mar 04 2021 09:30:00 GMT-0800", "2021-03-04"),
        ("44259", "2021-03-04"),
        ("44259.39583", "2021-03-04"),
        ("1614848400", "2021-03-04"),
        ("030421", "2021-03-04"),
        ("Mar 4 '21", "2021-03-04"),
        ("(3/4/21)", "2021-03-04"),
        ("25/03/2021", "2021-03-25"),
        ("13/13/2021", "-"),
        ("2021-02-29", "-"),
        ("Feb 30, 2021", "-"),
        ("March 2021", "-"),
        ("3/4", "-"),
        ("unknown", "-"),
        ("TBD", "-"),
        ("", "-"),
    ];
    check(&rows, |cell| {
        let clues = Clues {
            columns: vec![(Role::Date, cell.to_owned())],
            ..Clues::default()
        };
        let found = clinic.one(clues, "She slept better.\n");
        found.date.value.map_or("-".to_owned(), |d| d.to_string())
    });
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn heads_of_notes() {
    let clinic = Clinic::with_table();
    let rows = [
        (
            "Client: Marisol\nDate of Service: March 4, 2021\nType of session: KAP (IM)\n\nShe came early.",
            "P01 | 2021-03-04 | ketamine",
        ),
        (
            "PATIENT ID: P02    DATE: 3/4/21    VISIT: Follow up\nDOB: 5/6/1990\n\nDoing well.",
            "P02 | 2021-03-04 | follow_up",
        ),
        (
            "**Pt:** A.C. | **DOS:** 04-Mar-2021 | **Service:** Integration\n\nBody.",
            "P02 | 2021-03-04 | integration",
        ),
        (
            "# Integration session 3 — D.W. — March 4, 2021\n\nShe said that the last ketamine session on 2/25/21 was hard.",
            "P01 | 2021-03-04 | integration",
        ),
        (
            "3/4/21 DW KAP #2\n\nQuiet. Tears.",
            "P01 | 2021-03-04 | ketamine",
        ),
        (
            "Medical follow-up visit\nH.Q., seen by video 4 March 2021\nS: Sleeping.",
            "P12 | 2021-03-04 | follow_up",
        ),
        (
            "KETAMINE CLINIC OF THE VALLEY\n123 Main St\nPatient: H.Q.\nDOB: 01/02/1985\nDate of visit: 03/04/2021\nReason for visit: Initial evaluation\n\nHPI: ...",
            "P12 | 2021-03-04 | evaluation",
        ),
        (
            "Progress note\nPatient Name: Joanne\nVisit date: 2021-03-04 10:00\nNext visit: 2021-03-18\nEncounter type: Telephone\n\nCalled.",
            "P02 | 2021-03-04 | follow_up",
        ),
        (
            "Date\t2021-03-04\nClient\tP02\nSession\tIntegration\n\nText.",
            "P02 | 2021-03-04 | integration",
        ),
        (
            "| Date | 2021-03-04 |\n| Participant | P02 |\n| Type | dosing |\n\nText.",
            "P02 | 2021-03-04 | ketamine",
        ),
        (
            "Date of service\n03/04/2021\nClient\nJoanne\n\nShe arrived with soup.",
            "P02 | 2021-03-04 | -",
        ),
        (
            "DICTATED BY DR M OYELARAN ON MARCH 4TH 2021. PATIENT A C. MEDICINE SESSION NUMBER THREE.\n\nSHE LAY DOWN.",
            "P02 | 2021-03-04 | ketamine",
        ),
        (
            "Met with Tamsin by video today for integration session, 3/4/2021. She reported a calm week after last ketamine session.",
            "P12 | 2021-03-04 | integration",
        ),
        (
            "Participant 12 presented on 3/4/2021 for her second ketamine dosing session. Vitals were stable.",
            "P12 | 2021-03-04 | ketamine",
        ),
        (
            "Pt seen for f/u of KAP. D.W. is sleeping. Born 3/4/1985. Next dosing 3/12/21.",
            "P01 | - | follow_up",
        ),
        (
            "IM ketamine 80 mg given 10:15, left deltoid. Pt 12 calm throughout.\nMO",
            "P12 | - | ketamine",
        ),
        (
            "D.W. describes the first ketamine session as gentle. She drove home on 3/2/21 and slept.",
            "P01 | - | -",
        ),
        (
            "She told me about her integration work with her priest. Last seen 2/3/21. Sister moved on March 4, 2021.",
            "- | - | -",
        ),
        ("Discussed P01 and P02. Fridge log to be kept.", "- | - | -"),
        (
            "Marisol, 16th February 2021. Seen at the clinic. We went over the sea.",
            "P01 | 2021-02-16 | -",
        ),
        (
            "INITIAL ASSESSMENT\nName: Joanne    Seen: 7 February 2021    By: Dr P. Lund\nDOB: 12/04/1992\n\nLow mood since July.",
            "P02 | 2021-02-07 | evaluation",
        ),
        (
            "Telephone review 2/21/2021, Pt 12\n\nSleeping better.",
            "P12 | 2021-02-21 | follow_up",
        ),
        (
            "VITALS: BP 117/78. RR 18. P: 93. WT: 186 lbs.\nDate of surgery: 3/4/2021",
            "- | - | -",
        ),
        (
            "REASON FOR VISIT: Followup of a screw fixation and further fractures treated nonoperatively, now seen for psychotherapy elsewhere as well.\n\nHe is at home.",
            "- | - | -",
        ),
        ("Tolerated well. RTC 4 wks. F/u w PCP.", "- | - | -"),
        (
            "Ok for 1.5 mg/kg on 3/8. Labs 3/1/21 reviewed.",
            "- | - | -",
        ),
        (
            "Plan: continue IM 80 mg next session, integration on Friday.",
            "- | - | -",
        ),
        ("BP 118/74, pain 3/10, PHQ-9 12/27.", "- | - | -"),
    ];
    check(&rows, |text| show(&clinic.one(Clues::default(), text)));
}

#[test]
fn block_headers() {
    let clinic = Clinic::with_table();
    let rows = [
        (
            "=== P01 / 2021-03-04 / dosing ===",
            "P01 | 2021-03-04 | ketamine",
        ),
        (
            "## March 4, 2021 - IS #2 - D.W.",
            "P01 | 2021-03-04 | integration",
        ),
        (
            "--- 3/4/21 pt AC, phone check-in ---",
            "P02 | 2021-03-04 | follow_up",
        ),
        (
            "[2021-03-04] H.Q. ketamine eval",
            "P12 | 2021-03-04 | evaluation",
        ),
        (
            "Encounter: 03/04/2021 Patient: P02 Type: KAP-IM",
            "P02 | 2021-03-04 | ketamine",
        ),
        (
            "Thu 4 Mar 2021 | Marisol | home KAP #3",
            "P01 | 2021-03-04 | ketamine",
        ),
        (
            "** Session 4 — integration — Pt 12 — 04 Mar 2021 **",
            "P12 | 2021-03-04 | integration",
        ),
    ];
    check(&rows, |header| {
        let clues = Clues {
            header: header.to_owned(),
            ..Clues::default()
        };
        show(&clinic.one(clues, "She slept better and went for a walk.\n"))
    });
    for (header, _) in rows {
        assert!(
            clinic.recogniser.is_header_line(header).is_some(),
            "{header}"
        );
    }
    for prose in [
        "She said that the session on 3/4/21 had changed how she speaks to her mother.",
        "Next IM 6/8 at 1.3, she is for going up if the scale holds and her husband agrees.",
        "Dan sat on the floor and read to both of them until P01 fell asleep.",
        "Mood good.",
        "",
    ] {
        assert_eq!(clinic.recogniser.is_header_line(prose), None, "{prose}");
    }
}

#[test]
fn columns_by_name() {
    let clinic = Clinic::without_table();
    let rows = [
        ("Patient", "participant"),
        ("PATIENT_ID", "participant"),
        ("clientInitials", "participant"),
        ("Participant (study code)", "participant"),
        ("Subject ID", "participant"),
        ("Date", "date"),
        ("DOS", "date"),
        ("date_of_service", "date"),
        ("Visit Date/Time", "date"),
        ("Session date (mm/dd/yyyy)", "date"),
        ("ServiceDate", "date"),
        ("DOB", "-"),
        ("Date of Birth", "-"),
        ("Next Appointment Date", "-"),
        ("Visit Type", "session_type"),
        ("Appt. type", "session_type"),
        ("kind of session", "session_type"),
        ("Session", "session_type"),
        ("Session #", "-"),
        ("Location", "setting"),
        ("Place of Service", "setting"),
        ("Rendering Provider", "author"),
        ("Therapist", "author"),
        ("Written by", "author"),
        ("Note Author", "author"),
        ("Note", "note"),
        ("Clinical Notes", "note"),
        ("progress_note_text", "note"),
        ("Nurse's note", "note"),
        ("Note ID", "note_id"),
        ("Encounter #", "note_id"),
        ("Note Date", "date"),
        ("Date of KAP session", "date"),
        ("Age", "-"),
        ("PHQ-9", "-"),
        ("How anxious was the patient today?", "-"),
    ];
    check(&rows, |name| {
        let role = clinic.recogniser.column_role(name);
        role.map_or("-", Role::as_str).to_owned()
    });
}

#[test]
fn authors_and_settings() {
    let clinic = Clinic::with_table();
    let rows = [
        (
            "Pt: D.W.\nProvider: M. Oyelaran, ARNP\nLocation: Suite 4, clinic\n\nText.",
            "M. Oyelaran, ARNP | clinic",
        ),
        (
            "Integration by telehealth, pt A.C.\n\nLong talk about soup.\n\nRuth Castellanos, LICSW",
            "Ruth Castellanos, LICSW | home",
        ),
        (
            "KAP in clinic, A.C.\n\nQuiet.\n\nElectronically signed by: Ruth Castellanos LICSW 03/04/2021",
            "Ruth Castellanos LICSW | clinic",
        ),
        ("IS 3 A.C. office\nFine week. No SI. -RC", "RC | clinic"),
        ("A.C. fine. BP ok. RTC 4 wks PRN", " | "),
        (
            "Home KAP #2, D.W.\n\nHusband drove to the clinic later.\n/s/ Dr. Ines Roth",
            "Dr. Ines Roth | home",
        ),
        (
            "Phone call, D.W.\n\nShe is moving to a nursing home job.\n\nD.W.",
            " | ",
        ),
        (
            "Visit:  [ ] clinic  [x] video\nClient: P01\nShe smiled.",
            " | home",
        ),
    ];
    check(&rows, |text| {
        let found = clinic.one(Clues::default(), text);
        let or = |v: Option<Arc<str>>| v.unwrap_or_default();
        format!("{} | {}", or(found.author.value), or(found.setting.value))
    });
}

fn raw(source: &str, clues: Clues) -> (RawNote, Clues) {
    let mut folders: Vec<String> = source.split('/').map(str::to_owned).collect();
    let name = folders.pop().unwrap_or_default();
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let raw = RawNote {
        source: source.into(),
        ..RawNote::default()
    };
    let clues = Clues {
        file_name: stem.to_owned(),
        folders,
        ..clues
    };
    (raw, clues)
}

fn files(clinic: &Clinic, order: Option<DateOrder>, notes: &[(&str, &str)]) -> Vec<String> {
    let notes = notes.iter().map(|(path, text)| {
        let (raw, clues) = raw(path, Clues::default());
        (raw, clues, *text)
    });
    let settled = clinic.settle(order, notes.collect());
    settled
        .notes
        .iter()
        .map(|found| {
            let warned = if found.warnings.is_empty() { "" } else { " !" };
            format!(
                "{} ({}, {}){warned}",
                show(found),
                found.participant.basis_text(),
                found.date.basis_text()
            )
        })
        .collect()
}

#[test]
fn one_person_has_one_id_without_a_table() {
    let clinic = Clinic::without_table();
    let found = files(
        &clinic,
        None,
        &[
            ("Pt 01/2021-03-04 dosing.txt", "Quiet."),
            ("P01/2021-03-05 IS.txt", "Quiet."),
            ("notes/P1 2021-03-06 check-in.txt", "Quiet."),
            (
                "Participant 1 - telehealth/a.txt",
                "Client: J.B.\nDate: 2021-03-07\n\nQuiet.",
            ),
            ("more/b.txt", "Pt J.B., 2021-03-08, integration\n\nQuiet."),
        ],
    );
    assert_eq!(
        found,
        [
            "P01 | 2021-03-04 | ketamine (folder, file_name)",
            "P01 | 2021-03-05 | integration (folder, file_name)",
            "P01 | 2021-03-06 | follow_up (file_name, file_name)",
            "P01 | 2021-03-07 | - (header, header)",
            "P01 | 2021-03-08 | integration (header, header)",
        ]
    );
}

#[test]
fn a_code_in_brackets_is_the_id_and_the_name_before_it_an_alias() {
    let clinic = Clinic::without_table();
    let notes = [
        (
            "a.txt",
            "Patient: Ortega, Dana (DO-11)\nDate: 2021-03-04\n\nQuiet.",
        ),
        ("b.txt", "Patient: Dana Ortega\nDate: 2021-03-05\n\nQuiet."),
        (
            "Ruiz, Leo (LR-12)/c.txt",
            "2021-03-06 integration\n\nQuiet.",
        ),
        (
            "d.txt",
            "Client: Roe, Jane (34)\nDate: 2021-03-07\n\nQuiet.",
        ),
    ];
    let notes = notes.map(|(path, text)| {
        let (raw, clues) = raw(path, Clues::default());
        (raw, clues, text)
    });
    let settled = clinic.settle(None, notes.into());
    let ids: Vec<String> = settled
        .notes
        .iter()
        .map(|n| {
            n.participant
                .value
                .as_ref()
                .map_or_else(String::new, ToString::to_string)
        })
        .collect();
    assert_eq!(ids, ["DO-11", "DO-11", "LR-12", "Roe, Jane (34)"]);
    let named = |id: &str| {
        let person = settled.participants.iter().find(|p| p.id.as_str() == id);
        person.map(|p| p.aliases.join(" | ")).unwrap_or_default()
    };
    assert_eq!(named("DO-11"), "Dana Ortega | Ortega, Dana");
    assert_eq!(named("LR-12"), "Ruiz, Leo");
}

#[test]
fn codes_of_other_shapes_are_participants() {
    let clinic = Clinic::without_table();
    let found = files(
        &clinic,
        None,
        &[
            ("TAH-003/visit1.txt", "2021-03-04 dosing\n\nQuiet."),
            ("TAH-003/visit2.txt", "2021-03-05 integration\n\nQuiet."),
            ("TAH-014/visit1.txt", "2021-03-05 integration\n\nQuiet."),
        ],
    );
    assert_eq!(
        found,
        [
            "TAH-003 | 2021-03-04 | ketamine (folder, header)",
            "TAH-003 | 2021-03-05 | integration (folder, header)",
            "TAH-014 | 2021-03-05 | integration (folder, header)",
        ]
    );
}

#[test]
fn codes_that_other_notes_give_are_found_on_bare_lines() {
    let clinic = Clinic::without_table();
    let found = files(
        &clinic,
        None,
        &[
            (
                "1.txt",
                "Valley Psychiatry\nSession Note\n\nClient ID: VIP-07\nSession Date/Time: 05/23/2022 14:00-15:00\nSession type: ☐ Prep ☒ Medicine ☐ Integration\n\nCalm.",
            ),
            (
                "2.txt",
                "Post-Session Integration Note\nVIP-08 5.26.22\n\nDrew a house.",
            ),
            (
                "3.txt",
                "TELEPHONE ENCOUNTER\nVIP-08\nCall date: 06/22/2022\n\nNo headache.",
            ),
            (
                "4.txt",
                "KAP Session Note - Session 2 of 6\nclient VIP-08, June 1st 2022\n\nWarm.",
            ),
            (
                "5.txt",
                "Saw VIP-07 today for a medication check. RTC in a month.\n\n6/30/22 TB",
            ),
            (
                "6.txt",
                "Session type (circle): Prep / Dosing / Integration\nClient ID: VIP-08\nDate: 5/25/22\n",
            ),
            (
                "7.txt",
                "IS is what she calls it. On 6/1/22 she flew home from the clinic. PHQ-09 done.",
            ),
        ],
    );
    assert_eq!(
        found,
        [
            "VIP-07 | 2022-05-23 | ketamine (header, header)",
            "VIP-08 | 2022-05-26 | integration (header, header)",
            "VIP-08 | 2022-06-22 | follow_up (header, header)",
            "VIP-08 | 2022-06-01 | ketamine (header, header)",
            "VIP-07 | 2022-06-30 | follow_up (text, text)",
            "VIP-08 | 2022-05-25 | - (header, header) !",
            "- | - | - (unknown, unknown)",
        ]
    );
}

#[test]
fn a_participant_that_the_table_does_not_know_is_warned_of() {
    let clinic = Clinic::with_table();
    let found = files(&clinic, None, &[("P09 2021-03-04 dosing.txt", "Quiet.")]);
    assert_eq!(
        found,
        ["P09 | 2021-03-04 | ketamine (file_name, file_name) !"]
    );
}

#[test]
fn sources_that_differ_are_warned_of_and_the_stronger_wins() {
    let clinic = Clinic::with_table();
    let text = "Patient: P02\nDate: 2021-03-04\nSession: integration\n\nQuiet.";
    let found = files(&clinic, None, &[("P01/2021-03-05 dosing.txt", text)]);
    assert_eq!(found, ["P02 | 2021-03-04 | integration (header, header) !"]);
    let clues = Clues {
        folders: vec!["P01".to_owned()],
        file_name: "2021-03-05 dosing".to_owned(),
        ..Clues::default()
    };
    let found = clinic.one(clues, text);
    assert_eq!(found.warnings.len(), 3, "{:?}", found.warnings);
}

#[test]
fn the_order_of_day_and_month_is_proved_in_the_file_the_folder_or_the_study() {
    let clinic = Clinic::with_table();
    let dosing = "Quiet.";
    let found = files(
        &clinic,
        None,
        &[
            ("a/P01 25-03-2021 dosing.txt", dosing),
            ("a/P01 04-03-2021 dosing.txt", dosing),
            ("b/P01 03-25-2021 dosing.txt", dosing),
            ("b/P01 03-04-2021 dosing.txt", dosing),
            ("c/P01 03-04-2021 dosing.txt", dosing),
            ("c/P02.txt", "Date: 3/5/2021\nNext: 3/19/2021\n\nQuiet."),
        ],
    );
    assert_eq!(
        found,
        [
            "P01 | 2021-03-25 | ketamine (file_name, file_name)",
            "P01 | 2021-03-04 | ketamine (file_name, file_name)",
            "P01 | 2021-03-25 | ketamine (file_name, file_name)",
            "P01 | 2021-03-04 | ketamine (file_name, file_name)",
            "P01 | - | ketamine (file_name, unknown) !",
            "P02 | 2021-03-05 | - (file_name, header)",
        ]
    );
    let alone = files(&clinic, None, &[("P01 03-04-2021 dosing.txt", dosing)]);
    assert_eq!(alone, ["P01 | - | ketamine (file_name, unknown) !"]);
    let weekday = files(
        &clinic,
        None,
        &[("P01.txt", "Thurs 3/4/21, dosing, D.W.\n\nQuiet.")],
    );
    assert_eq!(weekday, ["P01 | 2021-03-04 | ketamine (header, header)"]);
    let agreeing = files(
        &clinic,
        None,
        &[
            ("P01 030421 KS.txt", "March 4, 2021 dosing\n\nQuiet."),
            ("P01 030821 IS.txt", dosing),
        ],
    );
    assert_eq!(
        agreeing[1],
        "P01 | 2021-03-08 | integration (file_name, file_name)"
    );
}

#[test]
fn partial_dates_are_completed_and_never_replaced() {
    let clinic = Clinic::with_table();
    let found = files(
        &clinic,
        Some(DateOrder::MonthFirst),
        &[
            ("P01/2021/04 March dosing.txt", "Quiet."),
            (
                "P01/x/2021-03-08 IS.txt",
                "March 8, D.W., integration\n\nQuiet.",
            ),
            ("P01/x/IS 3.txt", "Tues 3/16 - integration - D.W.\n\nQuiet."),
            ("P01/x/IS 4.txt", "March 2021, integration\n\nQuiet."),
            ("P02/IS 1.txt", "3/16 integration\n\nQuiet."),
        ],
    );
    assert_eq!(
        found,
        [
            "P01 | 2021-03-04 | ketamine (folder, file_name+folder)",
            "P01 | 2021-03-08 | integration (header, header+file_name)",
            "P01 | 2021-03-16 | integration (header, header+neighbour)",
            "P01 | - | integration (folder, unknown) !",
            "P02 | - | integration (folder, unknown) !",
        ]
    );
}

#[test]
fn neighbours_say_whose_a_note_is_only_where_all_agree() {
    let clinic = Clinic::without_table();
    let found = files(
        &clinic,
        None,
        &[
            ("x/1.txt", "Pt: P03\nDate: 2021-03-04\n\nQuiet."),
            ("x/2.txt", "Pt: P03\nDate: 2021-03-05\n\nQuiet."),
            ("x/3.txt", "Quiet week. No SI."),
            ("y/1.txt", "Pt: P04\nDate: 2021-03-04\n\nQuiet."),
            ("y/2.txt", "Pt: P05\nDate: 2021-03-05\n\nQuiet."),
            ("y/3.txt", "Quiet week. No SI."),
        ],
    );
    assert_eq!(found[2], "P03 | - | - (neighbour, unknown)");
    assert_eq!(found[5], "- | - | - (unknown, unknown)");
}

#[test]
fn implausible_dates_are_kept_warned_of_and_have_no_day() {
    let clinic = Clinic::without_table();
    let dates = [
        "1/1/1900",
        "2021-03-04",
        "2021-03-06",
        "2021-03-25",
        "2099-01-01",
    ];
    let notes = dates.iter().map(|date| {
        let clues = Clues {
            columns: vec![
                (Role::Participant, "P01".to_owned()),
                (Role::Date, (*date).to_owned()),
            ],
            ..Clues::default()
        };
        let (raw, clues) = raw("t.csv", clues);
        (raw, clues, "Quiet.")
    });
    let settled = clinic.settle(None, notes.collect());
    let days: Vec<Option<i64>> = settled.notes.iter().map(|n| n.day).collect();
    assert_eq!(days, [None, Some(0), Some(2), Some(21), None]);
    assert!(settled.notes[0].date.value.is_some());
    assert!(!settled.notes[0].warnings.is_empty() && !settled.notes[4].warnings.is_empty());
}

#[test]
fn doubtful_participants_are_nobody() {
    let clinic = Clinic::without_table();
    for cell in [
        "=cmd|'/C calc'!A0",
        "+1",
        "-2",
        "@x",
        "...",
        "a very long remark about who this may have been",
    ] {
        let clues = Clues {
            columns: vec![(Role::Participant, cell.to_owned())],
            ..Clues::default()
        };
        let found = clinic.one(clues, "Quiet.");
        assert_eq!(found.participant.value, None, "{cell}");
        assert!(!found.warnings.is_empty(), "{cell}");
    }
}

#[test]
fn tables_find_their_columns_by_name_and_cells() {
    let clinic = Clinic::without_table();
    let row = |line: &str| {
        line.split('|')
            .map(|c| c.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let long = "She came in with her hair wet and grinning, because she had taken the long shower.";
    let cases = [
        (
            "ID | When | What | Who | Text",
            format!("17 | 3/4/21 | IS #2 | P01 | {long}"),
            "note_id date session_type participant note",
        ),
        (
            "id | day | remarks",
            format!("P01 | 2021-03-04 | {long}"),
            "participant date note",
        ),
        (
            "Session | Session type | Client | Comments | Note",
            format!("3 | dosing | P01 | ok | {long}"),
            "- session_type participant - note",
        ),
        (
            "Patient | DOB | Date | Provider | Clinic | Free text",
            format!("P01 | 1/2/1990 | 3/4/21 | RC | Clinic | {long}"),
            "participant - date author setting note",
        ),
        (
            "V | participant | date | bp_before | room",
            "V-1 | P01 | 2021-03-02 | 116/74 | 2".to_owned(),
            "- participant date - setting",
        ),
        (
            "Initials | Participant | Visit | Narrative",
            format!("D.W. | P01 | KAP | {long}"),
            "participant participant session_type note",
        ),
    ];
    for (headers, cells, expected) in cases {
        let roles = clinic.recogniser.table_roles(&row(headers), &[row(&cells)]);
        let found: Vec<&str> = roles.iter().map(|r| r.map_or("-", Role::as_str)).collect();
        assert_eq!(found.join(" "), expected, "{headers}");
    }
}

static CLINIC: LazyLock<Clinic> = LazyLock::new(Clinic::with_table);

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,200}", name in "\\PC{0,40}", cell in "\\PC{0,40}") {
        let clinic = &*CLINIC;
        let clues = Clues {
            columns: vec![
                (Role::Participant, cell.clone()),
                (Role::Date, cell.clone()),
                (Role::SessionType, cell.clone()),
            ],
            front_matter: vec![("date".to_owned(), cell.clone())],
            header: name.clone(),
            sheet: cell,
            file_name: name.clone(),
            folders: vec![name.clone()],
            preamble: text.clone(),
            ..Clues::default()
        };
        let _line = clinic.recogniser.is_header_line(&text);
        let _role = clinic.recogniser.column_role(&name);
        drop(clinic.one(clues, &text));
    }

    #[test]
    fn nothing_panics_on_what_looks_like_a_note(
        text in "(Pt|P|K\\.T\\.|3/8/22|[0-9]{1,8}|-|/|\\.| |\n|:|Date|IS|KAP|\\[x\\]|\\[ \\]|é|“|Mar|th|\\||#){0,40}"
    ) {
        let clinic = &*CLINIC;
        let clues = Clues { file_name: text.clone(), header: text.clone(), ..Clues::default() };
        drop(clinic.one(clues, &text));
    }
}
