/** Who may log in. */
import { type Entry, entry } from '../../entry.ts';

export const keys = {
  'members.unreachable': entry(
    (f) => `${f.where} ei vastaa: ${f.message}`,
    () => 'Yritä myöhemmin uudelleen; viimeksi tiedetyt avaimet jäävät.',
  ),
  'members.token': entry(
    (f) => `${f.where} ei hyväksy tokenia${f.message ? `: ${f.message}` : ''}`,
    () => 'Tee uusi, ja pane se avainryhmän kertomaan paikkaan.',
  ),
  'members.forbidden': entry(
    (f) => `token ei saa nähdä kohdetta ${f.where}${f.message ? `: ${f.message}` : ''}`,
    () => 'Tokenin pitää olla jäsenen; GitHubissa oikeudella read:org ja kertakirjautumisen hyväksymä.',
  ),
  'members.unknown': entry(
    (f) => `kohdetta ${f.where} ei ole, tai token ei saa nähdä sitä`,
    () => 'Tarkista sen nimi avainryhmästä, ja kenen token on.',
  ),
  'members.limited': entry(
    (f) => `palvelulta kysyttiin liian usein: ${f.where}`,
    (f) => (f.wait ? `Yritä uudelleen, kun aikaa on kulunut ${f.wait}.` : 'Yritä myöhemmin uudelleen.'),
  ),
  'members.answer': entry(
    (f) => `vastauksesta ei ole hyötyä (${f.where}): ${f.message}`,
    () => 'Johtaako avainryhmän apiRoot API:in?',
  ),
  'keys.empty': entry(
    (f) => `kohteessa ${f.where} ei ole yhtään kelvollista avainta`,
    () => 'Lisää avain, tai ota kohde pois avainryhmästä.',
  ),
  'keys.unreadable': entry(
    (f) => `avaimia ei voi lukea kohteesta ${f.where}: ${f.message}`,
    () => 'Korjaa polku avainryhmään, tai anna oikeus lukea se.',
  ),
  'keys.environment': entry(
    (f) => (f.reason === 'open' ? `muut voivat lukea avaimen ${f.file}` : `${f.file} ei ole ed25519-avain`),
    (f) =>
      f.reason === 'open'
        ? `Eikö kukaan ole lukenut sitä? chmod 600 ${f.file}. Muuten poista se: seuraava /keys sync tekee uuden.`
        : `Poista ${f.file}: seuraava /keys sync tekee uuden.`,
  ),
  'keys.nowhere': entry(
    (f) =>
      f.on
        ? `kukaan ei saa kirjautua avaimella kohteeseen ${f.on}`
        : 'kukaan ei saa kirjautua avaimella mihinkään',
    () => 'Kerro asetusten osiossa logins, mitkä avainryhmät saavat, sitten /reload',
  ),
  'keys.user': entry(
    (f) => `palvelimella ${f.host} ei ole käyttäjää ${f.user}`,
    (f) => `Lisää käyttäjä palvelimelle ${f.host}, tai korjaa asetusten osio logins.`,
  ),
  'keys.file': entry(
    (f) =>
      `käyttäjän ${f.user} authorized_keys-tiedostoa palvelimella ${f.host} ei voi kirjoittaa: ${f.message}`,
    (f) => `Katso sitä palvelimella ${f.host}; mitään ei muutettu.`,
  ),
  'keys.block': entry(
    (f) =>
      `käyttäjän ${f.user} authorized_keys-tiedostossa palvelimella ${f.host} on Musterin lohko vain puoliksi, tai niitä on monta`,
    (f) =>
      `Poista palvelimella ${f.host} kaikki rivit merkistä # BEGIN muster merkkiin # END muster, sitten /keys sync; mitään ei muutettu.`,
  ),
} satisfies Record<string, Entry>;
