/**
 * Forms of English verbs that no rule of endings leads back to their word, by that word. Those of verbs
 * that say little (`given`, `found`) are left out, and those of nouns: in `matrices` and `people` the other form says
 * something else often enough to cost more than it finds.
 */
const FORMS =
  'bear: bore borne; beat: beaten; become: became; begin: began begun; bend: bent; bind: bound; bite: bit bitten; ' +
  'bleed: bled; blow: blew blown; break: broke broken; breed: bred; bring: brought; build: built; burn: burnt; buy: ' +
  'bought; catch: caught; choose: chose chosen; cling: clung; creep: crept; deal: dealt; dig: dug; draw: drew ' +
  'drawn; dream: dreamt; drink: drank drunk; drive: drove driven; eat: ate eaten; fall: fell fallen; feed: fed; ' +
  'feel: felt; fight: fought; fly: flew flown; forbid: forbade forbidden; forget: forgot forgotten; forgive: ' +
  'forgave forgiven; freeze: froze frozen; grow: grew grown; hang: hung; hear: heard; hide: hid hidden; hold: held; ' +
  'keep: kept; lay: laid; lead: led; lend: lent; lose: lost; meet: met; mistake: mistook mistaken; overcome: ' +
  'overcame; pay: paid; prove: proven; ride: rode ridden; ring: rang rung; rise: risen; run: ran; seek: sought; ' +
  'sell: sold; send: sent; shake: shook shaken; shoot: shot; show: shown; shrink: shrank shrunk; sing: sang sung; ' +
  'sink: sank sunk; sleep: slept; speak: spoke spoken; spend: spent; spin: spun; stand: stood; steal: stole stolen; ' +
  'stick: stuck; strike: struck; swear: swore sworn; sweep: swept; swim: swam swum; teach: taught; tear: tore torn; ' +
  'tell: told; throw: threw thrown; understand: understood; undertake: undertook undertaken; wake: woke woken; ' +
  'wear: wore worn; weave: wove woven; win: won; withdraw: withdrew withdrawn; write: wrote written';

const BASES: ReadonlyMap<string, string> = new Map(
  FORMS.split(';').flatMap((entry) => {
    const [base = '', forms = ''] = entry.trim().split(':');
    return forms
      .trim()
      .split(' ')
      .filter(Boolean)
      .map((form): [string, string] => [form, base]);
  }),
);

/** `paid` as `pay`: the stemmer takes endings off, and these have none. */
export function regularEnglish(word: string): string {
  return BASES.get(word) ?? word;
}
