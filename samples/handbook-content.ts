/** One block of a page: a heading, a paragraph, a list, or a table whose first row is its head. */
export type Block =
  | { kind: 'title' | 'heading' | 'subheading' | 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; widths: number[]; rows: string[][] };

const heading = (text: string): Block => ({ kind: 'heading', text });
const subheading = (text: string): Block => ({ kind: 'subheading', text });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

/** The handbook of an invented research station on an invented island, page by page. */
export const HANDBOOK_PAGES: Block[][] = [
  [
    { kind: 'title', text: 'Skerry Bay Field Station: Handbook' },
    paragraph(
      'This handbook is for everyone who works or stays at Skerry Bay, whether for a season or for one night. It says how the station is run, who looks after what, and what to do when something goes wrong. A printed copy hangs beside the kitchen door and another lies in the wheelhouse of the boat. When the two disagree with this document, this document is right and somebody has forgotten to print it.',
    ),
    heading('The station'),
    paragraph(
      'Skerry Bay stands on the lee side of Halvard Island, forty-one kilometres off the mainland harbour of Brannsund. The main house was built in 1962 as a pilot station and sleeps fourteen. The wet laboratory, the workshop and the boathouse were added in 1998. Two huts in the north of the island, Upper Hut and Tern Hut, serve parties who stay out overnight.',
    ),
    paragraph(
      'The station has measured the height of the sea every six minutes since 1971, and the series is the reason it exists. Whatever else is planned for a day, the tide gauge comes first.',
    ),
    heading('Who to ask'),
    {
      kind: 'table',
      widths: [150, 170, 140],
      rows: [
        ['Role', 'Name', 'Radio call sign'],
        ['Station manager', 'Ingrid Solheim', 'Skerry One'],
        ['Technician', 'Tomás Varela', 'Skerry Two'],
        ['Skipper', 'Ruth Okafor', 'Guillemot'],
        ['Data steward', 'Pieter Lindqvist', 'Skerry Four'],
      ],
    },
    paragraph(
      'The station listens on VHF channel 12 from seven in the morning until ten at night. Outside these hours the duty phone in the corridor is answered by whoever sleeps in the room next to it.',
    ),
  ],
  [
    heading('Power'),
    paragraph(
      'Electricity comes from 9.6 kilowatts of solar panels on the workshop roof and from a small wind turbine on the ridge. Both charge a bank of lithium batteries with a capacity of 42 kilowatt-hours, which carries the station through two ordinary winter days.',
    ),
    paragraph(
      'The diesel generator starts by itself when the battery bank falls to 30 percent, and stops again at 80 percent. It can also be started by hand with the red key in the workshop. Never start it while the exhaust cover is on: the cover is orange, and it is put on whenever the generator is serviced.',
    ),
    paragraph(
      'Diesel is kept in a double-walled tank of 1,800 litres behind the workshop. Write every filling into the green book. If the level falls below 400 litres, tell the station manager the same day, because the supply vessel needs nine days of notice to bring more.',
    ),
    heading('Drinking water'),
    paragraph(
      'Fresh water is made from sea water by reverse osmosis, 120 litres an hour, and stored in two tanks under the main house. Behind the tanks the water passes a lamp that kills germs with ultraviolet light. The lamp is replaced after 9,000 hours of service, and a sticker on its housing shows when that will be.',
    ),
    paragraph(
      'A person uses about 70 litres of water a day, showers included. When fewer than 1,500 litres are left the manager closes the showers; this happens in most dry summers, and nobody has yet come to harm by it.',
    ),
    subheading('Waste water'),
    paragraph(
      'Waste water from the house goes through a reed bed. The sinks of the wet laboratory do not: they drain into a closed tank, which is pumped out by the supply vessel. Formalin, ethanol and anything that has touched lead belong into the marked canisters and never into a sink.',
    ),
  ],
  [
    heading('Maintenance schedule'),
    paragraph(
      'Most failures at the station began as a small job that was put off. The table lists the work that comes round again, how often it does, and who signs for it. The signed sheets are kept for seven years in the blue folder in the workshop.',
    ),
    {
      kind: 'table',
      widths: [120, 195, 90, 75],
      rows: [
        ['Equipment', 'Task', 'Interval', 'Signed by'],
        ['Tide gauge', 'Clean the stilling well', '1 month', 'Technician'],
        ['Tide gauge', 'Level against the benchmark', '6 months', 'Technician'],
        ['Diesel generator', 'Change oil and filter', '250 hours', 'Technician'],
        ['Desalination plant', 'Flush the membranes', '2 weeks', 'Technician'],
        ['Desalination plant', 'Replace the membranes', '3 years', 'Manager'],
        ['Workboat Guillemot', 'Renew the sacrificial anodes', '12 months', 'Skipper'],
        ['Workboat Guillemot', 'Test the bilge pump and alarm', '1 week', 'Skipper'],
        ['Life rafts', 'Send ashore for inspection', '24 months', 'Skipper'],
        ['Fire extinguishers', 'Weigh and check the seals', '6 months', 'Manager'],
        ['Wind turbine', 'Grease the bearings', '12 months', 'Technician'],
        ['Sample freezers', 'Defrost and test the alarm', '3 months', 'Data steward'],
      ],
    },
    subheading('Spare parts'),
    paragraph(
      'Spare parts that the station cannot do without lie in the locked cage at the back of the workshop: one starter motor, two fuel pumps, a complete set of membranes and a second float for the tide gauge. Whoever takes a part out orders a new one before the end of the day. The key to the cage hangs in the office, on the hook behind the barometer.',
    ),
  ],
  [
    heading('Emergencies'),
    paragraph(
      'In every emergency, first see that nobody else gets hurt, then raise the alarm, then help. The duty officer of the coast guard in Brannsund answers on VHF channel 16 at any hour. The helicopter needs about fifty minutes to reach the island, and it can land only on the football ground: take the goals down first.',
    ),
    subheading('Fire'),
    paragraph(
      'Press the nearest red button and leave the building. The assembly point is the flagpole above the slipway, where the manager counts heads against the list in the porch. Do not fight a fire in the battery room: close its door, which holds for ninety minutes, and let it burn out.',
    ),
    subheading('Person overboard'),
    paragraph(
      'Shout, point, and do not stop pointing. The skipper turns towards the side on which the person fell, throws the smoke float and calls Mayday. A person who has been in the water for more than ten minutes is lifted out lying flat, because lifting somebody upright out of cold water can stop the heart.',
    ),
    subheading('Storm surge'),
    paragraph(
      'When the tide gauge shows 2.4 metres above chart datum and is still rising, everyone leaves the main house for Upper Hut. Bring the grab bags from the porch, turn off the gas at the bottles, and leave the generator running so that the gauge keeps its record. The hut holds food for fourteen people for three days.',
    ),
    subheading('Injury and illness'),
    paragraph(
      "The medicine chest stands in the manager's office. Its code is the year in which the sea level record began. A doctor on the mainland gives advice over the satellite phone, whose number is written inside the lid; describe what you see before you say what you think.",
    ),
  ],
  [
    heading('Boats and field work'),
    paragraph(
      'The workboat Guillemot is 6.5 metres long, carries six people and burns eleven litres of petrol an hour at her usual speed of fourteen knots. One third of the fuel is for going out, one third is for coming back, and one third is not touched.',
    ),
    subheading('When to stay ashore'),
    list([
      'The wind is above 22 knots, or is forecast to be so before the boat is back.',
      'The swell at the harbour mouth is higher than 1.5 metres.',
      'The visibility is less than half a nautical mile.',
      'Only one person on board can drive the boat.',
    ]),
    paragraph(
      'The skipper decides, and a decision to stay ashore is never discussed. Life jackets are worn from the slipway to the slipway. Survival suits are worn as well from the first of October to the thirtieth of April, when the water is colder than eight degrees.',
    ),
    subheading('Working on foot'),
    paragraph(
      'Nobody goes north of the ridge alone. Parties write their route and the hour of their return on the board in the porch and report by radio every three hours. A party that is one hour late is called; a party that is two hours late is searched for, and the search is led by the manager.',
    ),
    subheading('Birds'),
    paragraph(
      'From the tenth of May to the fifteenth of August the shingle bank below Tern Hut is closed, because some three hundred pairs of Arctic terns nest on it. The path round it is marked with white stones. Drones are not flown anywhere on the island in these weeks.',
    ),
  ],
  [
    heading('Budget and supplies'),
    paragraph(
      'The station is paid for by three universities in equal parts. The figures below are the approved budget in thousands of euros. What is left at the end of a year stays with the station and goes into the fund for a new boat.',
    ),
    {
      kind: 'table',
      widths: [200, 90, 90, 90],
      rows: [
        ['Cost', '2023', '2024', '2025'],
        ['Salaries', '412', '428', '451'],
        ['Fuel and energy', '58', '61', '49'],
        ['Supply vessel', '96', '99', '104'],
        ['Maintenance and spare parts', '73', '88', '79'],
        ['Scientific equipment', '120', '65', '142'],
        ['Insurance', '31', '33', '36'],
        ['Total', '790', '774', '861'],
      ],
    },
    paragraph(
      'The budget for fuel and energy falls in 2025 because the second row of solar panels will be finished by March. Scientific equipment rises because the wave buoy of 2009 must be replaced.',
    ),
    subheading('The supply vessel'),
    paragraph(
      'The supply vessel Fulmar calls on the first Tuesday of each month, weather allowing, and stays for four hours. Orders must reach the shore office in Brannsund by noon on the Wednesday before. Fresh food is ordered for six weeks at a time, since in some winters one visit in three is cancelled.',
    ),
    subheading('Claiming costs'),
    paragraph(
      'Travel to the station is paid by your own institution. Things bought for the station are paid back within thirty days when the receipt is in the box beside the office printer; amounts above 250 euros need the signature of the manager before, not after, the purchase.',
    ),
  ],
];

function list(items: string[]): Block {
  return { kind: 'list', items };
}
