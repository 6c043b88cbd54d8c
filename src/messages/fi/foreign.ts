/** What the parsers of YAML, cron and globs say in English, in Finnish. Their texts are all there is: only some have a code. */

/** Their words for things. */
const WORDS: Readonly<Record<string, string>> = {
  second: 'sekunti',
  minute: 'minuutti',
  hour: 'tunti',
  day: 'päivä',
  month: 'kuukausi',
  dayOfWeek: 'viikonpäivä',
  nearestWeekdays: 'lähin arkipäivä (W)',
  scalar: 'arvo',
  'single-quoted-scalar': 'arvo lainausmerkeissä',
  'double-quoted-scalar': 'arvo lainausmerkeissä',
  'map-value-ind': 'merkki :',
  'block-seq-ind': 'merkki -',
  'flow-map-start': 'merkki {',
  'flow-map-end': 'merkki }',
  'flow-seq-start': 'merkki [',
  'flow-seq-end': 'merkki ]',
};

/** How a text begins -> what it means; `$1` and so on are parts of it. The first that fits counts. */
const TEXTS: readonly [text: RegExp, finnish: string][] = [
  // yaml
  [/^missing closing ["']quote/i, 'lopettava lainausmerkki puuttuu'],
  [/^missing space after :/i, 'merkin : jälkeen puuttuu väli'],
  [/^missing , or : between/i, 'väliltä puuttuu , tai :'],
  [/^missing , between/i, 'väliltä puuttuu pilkku'],
  [/^implicit map keys need to be followed/i, 'avaimen jälkeen puuttuu merkki : ja arvo'],
  [/^implicit keys/i, 'avaimen pitää olla yhdellä rivillä'],
  [/^the : indicator must be at most/i, 'avain on liian pitkä'],
  [/^map keys must be unique/i, 'sama avain on kahdesti'],
  [
    /^nested mappings are not allowed/,
    'samalla rivillä on liikaa merkkejä : (arvo, jossa on :, kirjoitetaan lainausmerkkeihin)',
  ],
  [/^a block sequence may not be/i, 'luettelo ei voi alkaa avaimen rivillä; aloita se omalta riviltään'],
  [/^sequence item without -/i, 'luettelon kohdan edestä puuttuu merkki -'],
  [/^all (?:mapping|sequence) items must start/i, 'saman tason kohtien pitää alkaa samasta sarakkeesta'],
  [
    /^flow .*must be (?:more|sufficiently) indented/,
    'sulkeiden sisältö pitää sisentää, ja sulkeet pitää sulkea',
  ],
  [/^flow .*(?:end|ends) with a (\S)/i, 'puuttuu merkki $1'],
  [/indent/i, 'sisennys on väärin; käytä välilyöntejä, samalla tasolla yhtä monta'],
  [/^tabs? (?:are|is) not/i, 'sisennä välilyönneillä, ei sarkaimella'],
  [/^plain value cannot start with a tab/i, 'ilman lainausmerkkejä arvo ei voi alkaa sarkaimella'],
  [/^plain value cannot start with .*?(\S+)$/i, 'ilman lainausmerkkejä arvo ei voi alkaa merkillä $1'],
  [/^unsupported yaml version (\S+)/i, 'YAML-versiota $1 ei tueta'],
  [/^block scalar header .*?: (\S+)/i, 'merkin | tai > perässä on jotain, mikä ei kuulu siihen: $1'],
  [/^block collections/i, 'sulkeiden sisällä luettelo kirjoitetaan pilkuin, ei merkillä -'],
  [/^invalid escape sequence (.*)$/i, 'lainausmerkeissä on tuntematon merkintä $1'],
  [/^unresolved alias.*: (\S+)$/i, 'viittaukselle *$1 ei ole kohdetta'],
  [/^(?:unresolved tag|could not resolve tag|not a valid tag): (.*)$/i, 'tuntematon tagi: $1'],
  [/\b(?:tag|anchor|alias)/i, 'tagi, ankkuri tai alias on väärin'],
  [/directive|document/i, 'rivi, joka alkaa merkillä % tai merkeillä ---, on väärin'],
  [/^unexpected ,/i, 'ylimääräinen pilkku'],
  [/^unexpected empty item/i, 'tyhjä kohta'],
  [/^comments must be separated/i, 'kommentin edestä puuttuu väli'],
  [/^unexpected (\S+)/i, 'odottamaton: $1'],
  // croner
  [/^invalid value for (\w+): (.*?)(?: \(.*)?$/i, '$1 ei voi olla $2'],
  [/^(\w+) is not a number: '(.*)'$/i, '$1 ei ole luku: $2'],
  [/^configuration entry (\w+) \(\) is empty/i, '$1: tyhjä kohta'],
  [/^configuration entry \d+ \((.*)\) contains/i, 'kentässä on merkkejä, jotka eivät kuulu siihen: $1'],
  [/^from value is larger than to value: '(.*)'$/i, 'väli alkaa myöhemmin kuin päättyy: $1'],
  [/^syntax error, (?:illegal )?(?:step|range with step)/i, 'askel (/) on väärin'],
  [/^syntax error, illegal range/i, 'väli (-) on väärin'],
  [/^(?:syntax error|nth|nearest|l modifier|day-of-week field|invalid part)/i, 'jokin kenttä on väärin'],
  // picomatch
  [/^missing opening: "(.)"/i, 'puuttuu aloittava $1'],
  [/^missing closing: "(.)"/i, 'puuttuu lopettava $1'],
];

/** What such a text means; the text itself where that is not known here. */
export function foreign(text: string): string {
  for (const [known, finnish] of TEXTS) {
    const found = known.exec(text);
    if (found) return finnish.replace(/\$(\d)/g, (_, part) => WORDS[`${found[part]}`] ?? `${found[part]}`);
  }
  return text;
}
