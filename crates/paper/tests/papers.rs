//! What the printer, the PDF and the picture show is what the document says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod support;

use std::process::{Command, Stdio};

use jishi_paper::escpos::interpret::{InterpretError, Paper, Printed, interpret};
use jishi_paper::escpos::{self, QrMode};
use jishi_paper::receipt::ReceiptError;
use jishi_paper::{Align, Block, Document, Emphasis, Width, pdf, picture, text};
use support::{Sample, WIDTHS, everyday, samples};

/// The characters of a text, its spaces left out: how far apart things stand differs from paper to paper.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn on_printer(document: &Document, qr_mode: QrMode) -> Paper {
    let bytes = escpos::render(document, qr_mode);
    interpret(&bytes, document.width).unwrap_or_else(|error| panic!("{error}"))
}

fn has_rare_characters(sample: &Sample) -> bool {
    sample.name == "rare_character"
}

#[test]
fn the_printer_shows_what_the_document_says() {
    for sample in samples().iter().filter(|sample| !has_rare_characters(sample)) {
        for width in WIDTHS {
            let document = sample.document(width);
            let paper = on_printer(&document, QrMode::Native);
            let torn = "-".repeat(width.columns() / 2);
            let mut printed: Vec<String> = paper
                .rows
                .iter()
                .flat_map(|row| match row {
                    Printed::Line(line) => vec![squeezed(&line.text)],
                    Printed::Qr { payload, .. } => {
                        vec![format!("[QR]{}", String::from_utf8_lossy(payload))]
                    }
                    // Where a printer cuts, the text has a line to tear along; not behind the last paper.
                    Printed::Cut => vec![String::new(), torn.clone(), String::new()],
                    _ => Vec::new(),
                })
                .collect();
            printed.truncate(printed.len().saturating_sub(3));
            let expected: Vec<String> = text::render(&document).lines().map(squeezed).collect();
            assert_eq!(printed, expected, "{} on {width:?}", sample.name);
            assert_eq!(paper.rows.last(), Some(&Printed::Cut), "{}", sample.name);
        }
    }
}

#[test]
fn nothing_on_the_printer_is_wider_than_the_paper_and_amounts_end_in_one_column() {
    for sample in samples() {
        for width in WIDTHS {
            let paper = on_printer(&sample.document(width), QrMode::Native);
            let mut amounts = 0;
            for row in &paper.rows {
                let Printed::Line(line) = row else { continue };
                assert!(!line.wrapped, "{}: {}", sample.name, line.text);
                assert!(line.right_dots <= width.dots(), "{}: {}", sample.name, line.text);
                let end = line.text.rsplit(' ').next().unwrap_or_default();
                let is_amount = end.len() >= 4
                    && end.as_bytes()[end.len() - 3] == b'.'
                    && end.bytes().all(|byte| b"-.0123456789".contains(&byte));
                if is_amount {
                    assert_eq!(line.right_dots, width.dots(), "{}: {}", sample.name, line.text);
                    amounts += 1;
                }
            }
            assert!(amounts >= 5, "{}: {amounts}", sample.name);
        }
    }
}

#[test]
fn the_total_is_doubled_and_the_heading_centred_to_the_dot() {
    let paper = on_printer(&samples()[0].document(Width::Mm58), QrMode::Native);
    let lines: Vec<_> = paper
        .rows
        .iter()
        .filter_map(|row| match row {
            Printed::Line(line) if line.doubled => Some(line),
            _ => None,
        })
        .collect();
    let [heading, total] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert_eq!(heading.text, "东门大集");
    assert_eq!((heading.left_dots, heading.right_dots), (96, 288));
    assert!(heading.bold && total.bold);
    assert_eq!(squeezed(&total.text), "应收258.00");
    assert_eq!((total.left_dots, total.right_dots), (0, 384));
}

#[test]
fn a_line_the_printer_has_no_type_for_is_drawn_and_never_a_question_mark() {
    let samples = samples();
    let rare = samples.iter().find(|sample| has_rare_characters(sample)).unwrap();
    for width in WIDTHS {
        let document = rare.document(width);
        let bytes = escpos::render(&document, QrMode::Native);
        assert!(!bytes.windows(2).any(|pair| pair == b"&#"));
        let paper = interpret(&bytes, width).unwrap();
        let drawn = paper
            .rows
            .iter()
            .filter(|row| matches!(row, Printed::Raster(_)))
            .count();
        // The cashier, the cured meat and the village bear 𬭎; 🍯, ½, • and ¥ have stand-ins in GBK.
        assert_eq!(drawn, 3, "{width:?}");
        let lines: String = paper
            .rows
            .iter()
            .filter_map(|row| match row {
                Printed::Line(line) => Some(line.text.as_str()),
                _ => None,
            })
            .collect();
        assert!(!lines.contains('?'), "{lines}");
        for part in ["土蜂蜜〓 1/2 斤装 ·", "￥45 特价"] {
            assert!(lines.contains(part), "{lines}");
        }
        for row in &paper.rows {
            let Printed::Raster(raster) = row else { continue };
            assert_eq!((raster.width_dots, raster.height_dots), (width.dots(), 30));
            let black: u32 = raster.bits.iter().map(|byte| byte.count_ones()).sum();
            assert!(black > 300, "a drawn line with only {black} dots of ink");
        }
    }
}

#[test]
fn a_printer_without_the_qr_command_gets_the_same_code_as_a_picture() {
    let document = samples()[0].document(Width::Mm58);
    let native = on_printer(&document, QrMode::Native);
    let payload = native.rows.iter().find_map(|row| match row {
        Printed::Qr {
            payload,
            align,
            module_dots,
        } => {
            assert_eq!(*align, Align::Center);
            assert!((3..=6).contains(module_dots));
            Some(payload.clone())
        }
        _ => None,
    });
    assert_eq!(
        payload.as_deref(),
        Some(&b"https://jishi.example/v/T3-000128/a41f9c0277de"[..])
    );

    let drawn = on_printer(&document, QrMode::Raster);
    let raster = drawn
        .rows
        .iter()
        .find_map(|row| match row {
            Printed::Raster(raster) => Some(raster),
            _ => None,
        })
        .unwrap();
    let code = qrcode::QrCode::with_error_correction_level(
        "https://jishi.example/v/T3-000128/a41f9c0277de",
        qrcode::EcLevel::M,
    )
    .unwrap();
    // The printed dots, read back at the middle of every module.
    let is_black =
        |x: usize, y: usize| raster.bits[y * raster.width_dots / 8 + x / 8] >> (7 - x % 8) & 1 == 1;
    let module = raster.height_dots / (code.width() + 4);
    let left = (raster.width_dots - code.width() * module) / 2;
    for y in 0..code.width() {
        for x in 0..code.width() {
            let dark = code[(x, y)] == qrcode::Color::Dark;
            let dot = is_black(left + x * module + module / 2, (y + 2) * module + module / 2);
            assert_eq!(dot, dark, "module {x},{y}");
        }
    }
}

#[test]
fn the_drawer_opens_before_the_first_line() {
    let document = samples()[0].document(Width::Mm58).with_drawer_kick();
    let paper = on_printer(&document, QrMode::Native);
    assert_eq!(paper.rows.first(), Some(&Printed::DrawerKick));
    let without = on_printer(&samples()[0].document(Width::Mm58), QrMode::Native);
    assert!(!without.rows.contains(&Printed::DrawerKick));
}

#[test]
fn no_text_can_command_the_printer() {
    let mut document = Document::new(Width::Mm58, "hostile");
    document.text("\u{1b}p\0\u{19}\u{fa}\u{1d}V\0 土\u{1b}@蜂\u{7}蜜\u{10}\u{4}");
    document.push(Block::Qr {
        payload: "长".repeat(2000),
        caption: String::new(),
    });
    let paper = on_printer(&document, QrMode::Native);
    assert!(!paper.rows.contains(&Printed::DrawerKick) && !paper.rows.contains(&Printed::Cut));
    assert!(paper.rows.iter().all(|row| matches!(row, Printed::Line(_))));
}

#[test]
fn the_interpreter_refuses_what_a_printer_would_print_as_rubbish() {
    for (bytes, code) in [
        (&b"\x1b@\x1c&\xb7\xe4\xc3"[..], "not_gbk"),
        (b"\xb7\xe4", "not_gbk"),
        (b"\x1c&\x81\x30\x84\x36", "not_gbk"),
        (b"\x1b?", "unknown_command"),
        (b"\x1d!\x77", "unknown_command"),
        (b"\x1d(k\x03\x001Q0", "no_qr_payload"),
        (b"\x1dv0\x00\x31\x00\x01\x00", "too_wide"),
        (b"\x1dv0\x00\x30\x00\x09\x00\x01", "cut_short"),
        (b"\x1b", "cut_short"),
    ] {
        let error: InterpretError = interpret(bytes, Width::Mm58).unwrap_err();
        assert_eq!(error.code(), code, "{bytes:02x?}");
    }
}

#[test]
fn a_text_longer_than_the_paper_is_seen_by_the_interpreter() {
    let paper = interpret("x".repeat(33).as_bytes(), Width::Mm58).unwrap();
    let [Printed::Line(first), Printed::Line(second)] = paper.rows.as_slice() else {
        panic!("{paper:?}")
    };
    assert_eq!((first.text.len(), first.wrapped), (32, false));
    assert_eq!((second.text.as_str(), second.wrapped), ("x", true));
}

#[test]
fn the_pdf_reads_back_and_is_small() {
    for sample in samples() {
        for width in WIDTHS {
            let document = sample.document(width);
            let file = pdf::render(&document);
            // The limit is 40 KB. Forty different goods come near it; all else stays clear of it.
            let kilobytes_max = if sample.name == "many_goods" { 40 } else { 36 };
            assert!(
                file.len() <= kilobytes_max * 1024,
                "{}: {} bytes",
                sample.name,
                file.len()
            );
            let read = squeezed(&poppler("pdftotext", &["-layout", "-", "-"], &file));
            for line in text::render(&document)
                .lines()
                .filter(|line| !line.starts_with("[QR]"))
            {
                // Rules and the code are drawn; all else is text. A row's texts come back in their order.
                for part in line
                    .split("  ")
                    .map(squeezed)
                    .filter(|part| !part.starts_with("---"))
                {
                    assert!(read.contains(&part), "{}: {part} is not in {read}", sample.name);
                }
            }
        }
    }
}

#[test]
fn the_pdf_brings_its_fonts_and_names_them_apart() {
    let fonts_of = |document: &Document| -> Vec<String> {
        let about = poppler("pdffonts", &["-"], &pdf::render(document));
        let fonts = about.lines().skip(2);
        fonts
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let everyday = fonts_of(&samples()[0].document(Width::Mm58));
    let long_names = fonts_of(&samples()[1].document(Width::Mm58));
    for fonts in [&everyday, &long_names] {
        let [bold, regular] = fonts.as_slice() else {
            panic!("{fonts:?}")
        };
        // Embedded, a part of the font, and with the characters that its glyphs stand for.
        for (font, name) in [(bold, "+NotoSansSC-Bold"), (regular, "+NotoSansSC-Regular")] {
            assert!(font[6..].starts_with(name), "{font}");
            assert!(font.contains("CID TrueType Identity-H yes yes yes"), "{font}");
        }
    }
    // Parts of one font with other characters in them are not one font.
    assert_ne!(everyday[0][..6], long_names[0][..6]);
    assert_ne!(everyday[1][..6], long_names[1][..6]);
}

#[test]
fn the_pdf_is_as_wide_as_the_paper_and_as_long_as_the_receipt() {
    for width in WIDTHS {
        let mut lengths_mm = Vec::new();
        for sample in samples() {
            let document = sample.document(width);
            let about = poppler("pdfinfo", &["-"], &pdf::render(&document));
            let size = about
                .lines()
                .find_map(|line| line.strip_prefix("Page size:"))
                .unwrap();
            let numbers: Vec<f32> = size
                .split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect();
            let mm: Vec<f32> = numbers.iter().map(|points| points / 72.0 * 25.4).collect();
            assert!((mm[0] - width.paper_mm() as f32).abs() < 0.1, "{size}");
            // The picture shows the same sheet, eight dots to the millimetre.
            let picture = picture::render(&document);
            assert!((mm[1] - picture.height() as f32 / 8.0).abs() < 0.1, "{size}");
            assert!(about.contains("Pages:           1"), "{about}");
            lengths_mm.push((sample.name, mm[1]));
        }
        let length = |name| lengths_mm.iter().find(|(sample, _)| *sample == name).unwrap().1;
        assert!(length("many_lines") > length("everyday") + 100.0);
    }
}

#[test]
fn the_same_document_gives_the_same_pdf_but_for_its_file_id() {
    let document = samples()[0].document(Width::Mm58);
    let read = |file: &[u8]| poppler("pdftotext", &["-bbox", "-", "-"], file);
    assert_eq!(read(&pdf::render(&document)), read(&pdf::render(&document)));
}

#[test]
fn a_yuan_sign_survives_copying_from_the_pdf() {
    let mut document = Document::new(Width::Mm58, "yuan");
    document.push(Block::Amount {
        indent: 0,
        key: "单价 ¥".to_owned(),
        amount: "￥45.00".to_owned(),
        emphasis: Emphasis::Bold,
    });
    document.text("陈𬭎 ½");
    let read = squeezed(&poppler("pdftotext", &["-", "-"], &pdf::render(&document)));
    assert!(read.contains("单价￥") && read.contains("￥45.00"), "{read}");
    assert!(read.contains("陈𬭎1/2"), "{read}");
}

#[test]
fn the_picture_is_the_paper() {
    for width in WIDTHS {
        let bitmap = picture::render(&samples()[0].document(width));
        assert_eq!(bitmap.width(), width.paper_mm() * 8);
        let margin = (bitmap.width() - width.dots()) / 2;
        let ink = |x: usize| (0..bitmap.height()).filter(|y| bitmap.is_black(x, *y)).count();
        // Nothing in the margins, and the figures' right ends within their last column.
        assert!((0..margin).all(|x| ink(x) == 0));
        assert!((bitmap.width() - margin..bitmap.width()).all(|x| ink(x) == 0));
        let right = bitmap.width() - margin;
        assert!((right - 12..right).map(ink).sum::<usize>() > 100);
        let file = bitmap.to_png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut dots = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut dots).unwrap();
        assert_eq!(dots, bitmap.dots());
    }
}

#[test]
fn a_receipt_that_does_not_add_up_is_not_printed() {
    type Spoil = fn(&mut jishi_paper::Receipt);
    let cases: [(Spoil, &str); 4] = [
        (
            |receipt| receipt.rounding = jishi_domain::Fen::new(91),
            "lines_not_due",
        ),
        (
            |receipt| receipt.change = jishi_domain::Fen::new(4201),
            "tenders_not_due",
        ),
        (
            |receipt| receipt.helped.own = jishi_domain::Fen::new(1),
            "parts_not_due",
        ),
        (
            |receipt| receipt.lines[0].gross = jishi_domain::Fen::new(i64::MAX),
            "amount_too_large",
        ),
    ];
    for (spoil, code) in cases {
        let mut receipt = everyday();
        assert_eq!(receipt.check(), Ok(()));
        spoil(&mut receipt);
        let error: ReceiptError = receipt
            .to_document(Width::Mm58, jishi_paper::Language::Chinese)
            .unwrap_err();
        assert_eq!(error.code(), code);
    }
}

/// Runs one of poppler's programs on a file given to it on its input.
fn poppler(program: &str, arguments: &[&str], file: &[u8]) -> String {
    use std::io::Write;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} does not start ({error}): install poppler-utils"));
    child.stdin.take().unwrap().write_all(file).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} refused the file");
    String::from_utf8(output.stdout).unwrap()
}
