// Words for YAML syntax errors: the parser's own may repeat the text of the file, and a secret with it.
import type { ErrorCode } from 'yaml';

const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: 'an alias (*) cannot have an anchor or a tag; quote a value that starts with *',
  BAD_ALIAS: 'not an alias; quote a value that starts with * or &',
  BAD_DIRECTIVE: 'not a YAML directive; quote a value that starts with %',
  BAD_DQ_ESCAPE: 'not an escape sequence; use single quotes for a literal backslash',
  BAD_INDENT: 'wrong indentation (the keys of a map start in the same column), or an unclosed bracket before it',
  BAD_PROP_ORDER: 'an anchor (&) or tag (!) in the wrong place',
  BAD_SCALAR_START: 'a value cannot start with this character; quote it',
  BLOCK_AS_IMPLICIT_KEY:
    'a map or list on a line that already has a value; is there a stray colon or a - without a blank, is it indented too far, or does the value need quotes?',
  BLOCK_IN_FLOW:
    'an indented map or list cannot stand inside brackets; write it with { } or [ ], or quote a value with a colon',
  KEY_OVER_1024_CHARS: 'a key longer than 1,024 characters; is a quote or a colon missing?',
  MISSING_CHAR: 'something is missing here: a colon with a space after a key, a comma, a quote or a closing bracket',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines; is a colon followed by a space missing?',
  MULTIPLE_ANCHORS: 'two anchors (&) on one value',
  MULTIPLE_TAGS: 'two tags (!) on one value',
  TAB_AS_INDENT: 'a tab in the indentation; use spaces',
  TAG_RESOLVE_FAILED: 'tags (!) are not supported; quote a value that starts with !',
  UNEXPECTED_TOKEN:
    'unexpected text; is a quote, a colon or a bracket missing before it, or does a value that holds { or } need quotes?',
};

/** What a syntax error means, without the text that it was found in. */
export const describeSyntaxError = (code: ErrorCode): string =>
  `not valid YAML: ${WORDS[code] ?? 'cannot be understood'}`;
