/** Machines that boot over the network. */
import { type Entry, entry } from '../../entry.ts';

export const machines = {
  'machine.unknown': entry(
    (f) => `konetta ${f.machine} ei ole`,
    () => '/machine list näyttää, mitä on.',
  ),
  'machine.file': entry(
    (f) => `tiedostoa ${f.file} koneelle ${f.machine} ei voi tehdä: ${f.reason}`,
    (f) => `Korjaa sen pohja tai tiedot ja käynnistä ${f.machine} sitten uudelleen.`,
  ),
  'machine.reserved': entry(
    (f) => `tiedostoa ${f.file} ei voi antaa koneelle ${f.machine}: ${f.path} on siellä Musterin oma`,
    (f) => `Anna tiedostolle ${f.file} toinen polku tai poista se profiilista.`,
  ),
  'machine.hostkey': entry(
    (f) =>
      f.reason === 'open'
        ? `muut voivat lukea SSH-isäntäavaimen ${f.file}`
        : `SSH-isäntäavain ${f.file} ei ole ed25519-avain`,
    (f) =>
      f.reason === 'open'
        ? `Eikö kukaan ole lukenut sitä? chmod 600 ${f.file}. Muuten poista se: kone saa uuden, kun se käynnistyy seuraavan kerran.`
        : `Palauta oikea tai poista se: kone saa uuden, kun se käynnistyy seuraavan kerran.`,
  ),
} satisfies Record<string, Entry>;
