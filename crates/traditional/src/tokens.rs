//! Where the texts are in a piece of source, and what is made around them.

use crate::convert::convert;
use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Each literal in 繁體字, at its own place: a `{name}` in it still means the name beside it.
pub(crate) fn converted(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => TokenTree::Group(regrouped(&group, converted(group.stream()))),
            TokenTree::Literal(literal) => TokenTree::Literal(of_literal(literal)),
            other => other,
        })
        .collect()
}

fn regrouped(group: &Group, stream: TokenStream) -> Group {
    let mut made = Group::new(group.delimiter(), stream);
    made.set_span(group.span());
    made
}

/// As it is written, quotes and escapes included: those have no Chinese in them.
fn of_literal(literal: Literal) -> Literal {
    let Some(text) = convert(&literal.to_string()) else {
        return literal;
    };
    match text.parse::<Literal>() {
        Ok(mut made) => {
            made.set_span(literal.span());
            made
        }
        Err(_) => literal,
    }
}

/// `const A: … = …;` as `const NAME: … = …;`.
pub(crate) fn renamed(table: TokenStream, name: &TokenStream) -> TokenStream {
    let mut is_next = false;
    let mut made = TokenStream::new();
    for token in table {
        let is_name = std::mem::replace(
            &mut is_next,
            is_word(&token, "const") || is_word(&token, "static"),
        );
        match is_name {
            true => made.extend(name.clone()),
            false => made.extend([token]),
        }
    }
    made
}

pub(crate) fn in_both_scripts(language: TokenStream, function: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    let Some(TokenTree::Group(body)) = tokens.pop() else {
        return error("`in_both_scripts` stands on a function with a body");
    };
    let simplified = both_scripts(body.stream());
    let traditional = converted(simplified.clone());
    // 待退款 is written alike in both: then there is nothing to choose.
    if traditional.to_string() == simplified.to_string() {
        tokens.push(TokenTree::Group(regrouped(&body, simplified)));
        return tokens.into_iter().collect();
    }
    let block = |stream| TokenTree::Group(Group::new(Delimiter::Brace, stream));
    let word = |word: &str| TokenTree::Ident(Ident::new(word, Span::mixed_site()));
    let mut choice = TokenStream::from(word("if"));
    choice.extend(language);
    choice.extend([
        TokenTree::Punct(Punct::new('.', Spacing::Alone)),
        word("is_traditional"),
        TokenTree::Group(Group::new(Delimiter::Parenthesis, TokenStream::new())),
        block(traditional),
        word("else"),
        block(simplified),
    ]);
    tokens.push(TokenTree::Group(regrouped(&body, choice)));
    tokens.into_iter().collect()
}

/// In the patterns of every match, `Language::Chinese` as `(Language::Chinese | Language::Traditional)`.
fn both_scripts(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_match = (1..tokens.len()).any(|at| is_arrow(&tokens[at - 1], &tokens[at]));
    let mut made = Vec::with_capacity(tokens.len());
    let mut in_pattern = is_match;
    let mut after_arrow = false;
    let mut at = 0;
    while at < tokens.len() {
        let is_body = std::mem::take(&mut after_arrow);
        match &tokens[at] {
            TokenTree::Group(group) if in_pattern => {
                made.push(TokenTree::Group(regrouped(group, widened(group.stream()))));
            }
            TokenTree::Group(group) => {
                made.push(TokenTree::Group(regrouped(group, both_scripts(group.stream()))));
                // A body in braces needs no comma before the next pattern.
                in_pattern = is_match && is_body && group.delimiter() == Delimiter::Brace;
            }
            token if in_pattern && at > 0 && is_arrow(&tokens[at - 1], token) => {
                made.push(token.clone());
                (in_pattern, after_arrow) = (false, true);
            }
            token if in_pattern && is_word(token, "Chinese") => widen(&mut made, token),
            TokenTree::Punct(comma) if is_match && comma.as_char() == ',' => {
                made.push(tokens[at].clone());
                in_pattern = true;
            }
            token => made.push(token.clone()),
        }
        at += 1;
    }
    made.into_iter().collect()
}

/// A part of a pattern, in brackets.
fn widened(tokens: TokenStream) -> TokenStream {
    let mut made = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Group(group) => {
                made.push(TokenTree::Group(regrouped(group, widened(group.stream()))));
            }
            token if is_word(token, "Chinese") => widen(&mut made, token),
            _ => made.push(token),
        }
    }
    made.into_iter().collect()
}

/// What has been made ends with `Language::`; the variant comes.
fn widen(made: &mut Vec<TokenTree>, variant: &TokenTree) {
    let path = made.split_off(made.len().saturating_sub(3));
    let bar = TokenTree::Punct(Punct::new('|', Spacing::Alone));
    let traditional = TokenTree::Ident(Ident::new("Traditional", variant.span()));
    let either = path
        .iter()
        .cloned()
        .chain([variant.clone(), bar])
        .chain(path.iter().cloned())
        .chain([traditional]);
    made.push(TokenTree::Group(Group::new(
        Delimiter::Parenthesis,
        either.collect(),
    )));
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}

fn is_arrow(first: &TokenTree, second: &TokenTree) -> bool {
    let is = |token: &TokenTree, character| matches!(token, TokenTree::Punct(punct) if punct.as_char() == character);
    is(first, '=') && is(second, '>')
}

fn error(words: &str) -> TokenStream {
    format!("compile_error!({words:?});").parse().unwrap_or_default()
}
