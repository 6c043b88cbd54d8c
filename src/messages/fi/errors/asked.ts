/** What is asked: lines, the configuration, rights. */
import { type Entry, entry } from '../../entry.ts';
import { count, meant } from '../words.ts';

export const asked = {
  internal: entry(
    (f) => `Muster itse epäonnistui: ${f.message}`,
    () => 'Lisätietoja on lokissa; kerro viasta, niin se korjataan.',
  ),
  'input.invalid': entry(
    (f) => `${f.problems}`,
    (f) => `Katso ${f.help ?? '/help'}`,
  ),
  'command.unknown': entry(
    (f) => `komentoa /${f.name} ei ole.${f.near ? ` Tarkoititko /${f.near}?` : ''}`,
    () => 'Katso /help',
  ),
  'config.invalid': entry(
    (f) => `asetuksissa on ${count(Number(f.count), 'virhe', 'virhettä')}:\n${f.problems}`,
    () => 'Korjaa tiedostot, sitten aja muster check.',
  ),
  'config.unknown': entry(
    (f) => `ei löydy: ${f.what} ${f.name}${meant(f.near)}`,
    (f) => `Katso ${f.list}`,
  ),
  'access.denied': entry(
    (f) => `et saa tehdä tätä: ${f.rule}`,
    (f) => `Kuka saa: ${f.who}`,
  ),
  'config.secret': entry(
    (f) => `salaisuus ${f.path} puuttuu: ${f.message}`,
    () => 'Aseta se, tai kerro asetuksissa, missä se on: env:NIMI tai file:POLKU.',
  ),
  'config.letters': entry(
    (f) => `salaisuudessa ${f.path} on merkkejä, joita ${f.platform} ei hyväksy`,
    () => 'Käytä kirjaimia, numeroita, _ ja -, enintään 256; tai jätä se pois, jolloin se tehdään tokenista.',
  ),
} satisfies Record<string, Entry>;
