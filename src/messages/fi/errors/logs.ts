/** Lokikeskuksen varasto. */
import { type Entry, entry } from '../../entry.ts';

export const logs = {
  'sink.failed': entry(
    (f) => `lokien kohde ei ottanut niitä vastaan: ${f.message}`,
    () => 'Yritetään itsestään uudelleen; tarkista kohteen osoite ja tunniste osiosta logSinks.',
  ),
  'logs.full': entry(
    () => 'lokikeskuksen levylle ei mahdu enempää',
    () =>
      'Vapauta tilaa keskuksen koneelta tai säilytä vähemmän (logs: size, age). Lähettäjät pitävät rivinsä siihen asti.',
  ),
  'logs.busy': entry(
    (f) => `lokikeskuksella on jo liikaa kirjoitettavaa lähteestä ${f.source}`,
    () => 'Lähetä hetken päästä uudelleen.',
  ),
  'logs.forged': entry(
    (f) => `${f.source} numeroi rivinsä mahdottomasti: ${f.seq} numeron ${f.next} tilalla`,
    () => 'Lokin rivillä on edellistä seuraava numero.',
  ),
  'logs.pattern': entry(
    (f) => (f.slow ? `haku ${f.pattern} kestää liian kauan` : `${f.pattern} ei ole säännöllinen lauseke`),
    (f) =>
      f.slow
        ? 'Vältä toistojen toistoja kuten (a+)+ tai hae tavallista tekstiä.'
        : 'Korjaa se tai hae tavallista tekstiä.',
  ),
  'logs.taken': entry(
    (f) => `toinen keskus (prosessi ${f.pid}) pitää lokejaan kansiossa ${f.folder}`,
    () => 'Pysäytä se tai anna tälle oma kansio.',
  ),
} satisfies Record<string, Entry>;
