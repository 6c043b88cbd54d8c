/** What is said of a line that is not understood. */
import type { Messages } from '../language.ts';
import { count, either, meant } from './words.ts';

/** What is counted where a text or a list is too short or too long. */
const THINGS: Readonly<Record<string, [one: string, many: string]>> = {
  string: ['merkki', 'merkkiä'],
  array: ['kohta', 'kohtaa'],
};

export const grammar: Messages['grammar'] = {
  tooLong: (f) => `rivillä on ${count(f.length, 'merkki', 'merkkiä')}, ja enimmäismäärä on ${f.most}`,
  hidden: (f) => `merkki ${f.place} on piilomerkki (${f.code}); kirjoita rivi uudelleen käsin`,
  unclosed: (f) => `merkistä ${f.place} alkava lainaus ei pääty: ${f.around}`,
  more: (f) => `ja ${f.count} muuta`,
  usage: (f) => `Käyttö: ${f.usage}`,
  see: (f) => `Katso ${f.command}`,
  needsWord: (f) =>
    `/${f.name} tarvitsee vielä yhden sanan: ${f.all.map((word) => `/${f.name} ${word}`).join(', ')}.`,
  noCommand: (f) =>
    `Komentoa /${f.typed} ei ole. ${
      f.near
        ? `Tarkoititko /${f.name} ${f.near}?`
        : `Olemassa on ${f.all.map((word) => `/${f.name} ${word}`).join(', ')}.`
    }`,
  which: 'Mikä komento?',

  wordTooMany: (f) => `"${f.word}" on yksi sana liikaa`,
  noValue: (f) => `--${f.option} ei ota arvoa`,
  needsValue: (f) => `${f.label} tarvitsee arvon`,
  twice: (f) => `${f.label} on annettu kahdesti`,
  singleDash: (f) =>
    `"-${f.name}" ei ole valitsin: valitsin alkaa kahdella viivalla, ja tällainen arvo kirjoitetaan lainausmerkkeihin`,
  wordNotOption: (f) => `${f.label} on sana eikä valitsin: kirjoita se ilman --${f.label}`,
  noOption: (f) => `valitsinta --${f.name} ei ole${meant(f.near && `--${f.near}`)}`,

  missing: (f) => `${f.label} puuttuu${f.about ? ` (${f.about})` : ''}`,
  notNumber: (f) => `${f.label} "${f.text}" ei ole luku`,
  notBoolean: (f) => `${f.label} "${f.text}" ei ole yes eikä no`,
  choices: (f) => `pitää olla ${either(f.choices)}${meant(f.near)}`,
  limit: (f) => {
    const [least, most] = f.inclusive ? ['vähintään', 'enintään'] : ['enemmän kuin', 'vähemmän kuin'];
    const words = f.bound === 'least' ? least : most;
    const thing = THINGS[f.of];
    if (!thing) return `pitää olla ${words} ${f.value}`;
    return `pitää olla ${words} ${count(Number(f.value), ...thing)}`;
  },
  whole: 'pitää olla kokonaisluku',
  kind: (f) => `pitää olla tyyppiä ${f.kind}`,
  format: (f) => `pitää olla oikeaa muotoa (${f.format})`,
  multiple: (f) => `pitää olla jaollinen luvulla ${f.of}`,
  odd: 'ei näytä oikealta',
};
