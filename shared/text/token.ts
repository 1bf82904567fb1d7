/** A piece of a text that can be searched for. Offsets are UTF-16 units. */
export interface Token {
  text: string;
  start: number;
  end: number;
  /**
   * `word`: what a person would count as one. `code`: written like an identifier (digits, `_`, inner capitals), never
   * stemmed. `whole`: several words held together by signs, such as an address or a part number, with the signs and
   * without; its words come as well. `part`: of an identifier or of a long Chinese word, beside it. `joined`: two words as
   * one, beside them. Only `word` and `code` add to a text's length.
   */
  kind: 'word' | 'code' | 'whole' | 'part' | 'joined';
}
