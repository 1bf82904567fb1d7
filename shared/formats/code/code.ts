import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** The content type by extension; where there is no usual one, `text/x-` and the language. */
const TYPES: Readonly<Record<string, string>> = {
  ...types('text/javascript', 'js mjs cjs jsx'),
  ...types('text/x-typescript', 'ts mts cts tsx'),
  ...types('text/x-python', 'py pyi pyw'),
  ...types('text/x-java', 'java'),
  ...types('text/x-kotlin', 'kt kts'),
  ...types('text/x-scala', 'scala'),
  ...types('text/x-groovy', 'groovy gradle'),
  ...types('text/x-c', 'c h'),
  ...types('text/x-c++', 'cpp cc cxx hpp hh hxx ino'),
  ...types('text/x-objective-c', 'mm'),
  ...types('text/x-csharp', 'cs'),
  ...types('text/x-fsharp', 'fs fsx'),
  ...types('text/x-vb', 'vb bas vbs'),
  ...types('text/x-go', 'go'),
  ...types('text/x-rust', 'rs'),
  ...types('text/x-swift', 'swift'),
  ...types('text/x-dart', 'dart'),
  ...types('text/x-ruby', 'rb rake gemspec'),
  ...types('text/x-php', 'php'),
  ...types('text/x-perl', 'pl pm'),
  ...types('text/x-lua', 'lua'),
  ...types('text/x-r', 'r'),
  ...types('text/x-julia', 'jl'),
  ...types('text/x-haskell', 'hs'),
  ...types('text/x-elixir', 'ex exs'),
  ...types('text/x-erlang', 'erl'),
  ...types('text/x-clojure', 'clj cljs'),
  ...types('text/x-ocaml', 'ml mli'),
  ...types('text/x-shellscript', 'sh bash zsh fish'),
  ...types('text/x-powershell', 'ps1 psm1 bat cmd'),
  ...types('text/x-sql', 'sql'),
  ...types('text/css', 'css scss sass less'),
  ...types('text/x-component', 'vue svelte astro'),
  ...types('text/x-protobuf', 'proto'),
  ...types('text/x-graphql', 'graphql gql'),
  ...types('text/x-terraform', 'tf tfvars hcl'),
  ...types('text/x-makefile', 'mk cmake'),
  ...types('text/x-zig', 'zig nim'),
  ...types('text/x-diff', 'diff patch'),
  ...types('text/x-fortran', 'f90 f95'),
  ...types('text/x-solidity', 'sol'),
};

/** Source code, kept as it was written; its functions and classes are headings, so that a passage says where it stands. */
export const code: Format = {
  id: 'code',
  contentTypes: ['text/x-source', ...new Set(Object.values(TYPES))],
  extensions: ['js', ...Object.keys(TYPES).filter((extension) => extension !== 'js')],
  typeOfExtension: TYPES,
  family: 'text',
  paged: false,
  isPlain: true,
  async open(path) {
    const { findDefinitions } = await import('./definitions.ts');
    const text = cleanText(decodeText(await readFile(path)));
    return openText(text, findDefinitions(text));
  },
};

function types(contentType: string, extensions: string): Record<string, string> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, contentType]));
}
