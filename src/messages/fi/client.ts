/** What the program `hub` says in a container. It has no other messages with it, so that it starts quickly. */
import type { client as english } from '../en/client.ts';

export const client: typeof english = {
  usage: {
    run: 'hakee tiedostot, käynnistää komennon, lähettää sen tulosteet',
    config: 'tämän kontin tiedostot; fetch hakee ne nyt',
    health: 'kertoo voinnin: healthy, degraded, unhealthy',
    log: 'lähettää rivin, tai sen mitä tulee syötteenä',
  },
  badUsage: (f) => `hub: tätä ei ymmärretä: ${f.word}. hub --help kertoo, mitä on.`,
  noIdentity: (f) =>
    `hub: tälle kontille ei ole kerrottu keskusta: ${f.folder} on tyhjä. Julkaisu kertoo sen, jos asetuksissa on hub.`,
  badIdentity: (f) => `hub: kansiota ${f.folder} ei voi käyttää: ${f.message}`,
  noCommand: (f) => `hub: komentoa ${f.command} ei ole`,
  notStarted: (f) => `hub: komentoa ${f.command} ei voitu käynnistää: ${f.message}`,
  lastGood: (f) => `hub: keskukselta ei voitu kysyä (${f.message}); käynnistetään ajan ${f.at} tiedostoilla`,
  noFiles: (f) =>
    `hub: keskukselta ei voitu kysyä (${f.message}), eikä aiempia tiedostoja ole; käynnistetään ilman`,
  waiting: (f) => `hub: keskukselta ei voitu kysyä (${f.message}); odotetaan sitä`,
  notWritten: (f) => `hub: tiedostoa ${f.path} ei voitu kirjoittaa: ${f.message}`,
  badPath: (f) => `hub: ${f.path} ei ole tiedoston paikka`,
  noUser: (f) => `käyttäjää tai ryhmää ${f.name} ei ole`,
  changed: (f) =>
    `hub: tiedostojen versio ${f.version} on täällä: ${f.files === 1 ? '1 tiedosto' : `${f.files} tiedostoa`} kirjoitettu`,
  leftThere: (f) => `hub: tiedostoa ${f.path} ei enää toimiteta, mutta se jää: joku on muuttanut sitä`,
  notApplied: (f) =>
    `hub: versiota ${f.version} ei voitu ottaa käyttöön: ${f.message}; aiemmat tiedostot palautettiin`,
  restarting: 'hub: tiedostot pyytävät käynnistämään komennon uudelleen',
  ended: (f) => `päättyi: ${f.how}`,
  away: (f) => `hub: keskus on poissa (${f.message}); tulosteet säilytetään täällä sillä välin`,
  back: 'hub: keskus on taas täällä',
  dropped: (f) =>
    `hub: ${f.lines === 1 ? '1 rivi' : `${f.lines} riviä`} jäi tästä pois: keskus oli poissa, eikä tilaa ollut enempään`,
  left: (f) =>
    `hub: ${f.lines === 1 ? '1 rivi' : `${f.lines} riviä`} jäi toimittamatta; ne säilytetään kontin seuraavaan käynnistykseen`,
  lost: (f) => `hub: ${f.lines === 1 ? '1 rivi' : `${f.lines} riviä`} katosi: tilaa ei ollut enempään`,
  removed: (f) =>
    `hub: ${f.lines === 0 ? 'rivejä' : f.lines === 1 ? '1 rivi' : `${f.lines} riviä`} katosi: joku poisti tiedostot, joissa ne olivat tallessa`,
  notTaken: (f) =>
    `hub: ${f.lines === 1 ? '1 rivi' : `${f.lines} riviä`} katosi: keskus ei ota ${f.lines === 1 ? 'sitä' : 'niitä'} vastaan (${f.message})`,
  noRoom: 'hub: mihinkään kansioon ei voi kirjoittaa; tulosteita ei lähetetä',
  refused: (f) => `hub: keskus ei hyväksynyt tätä: ${f.message}`,
  told: 'hub: kerrottu',
  kept: 'hub: keskus on poissa; säilytetään myöhempää varten',
  noneKept: 'hub: tiedostoja ei ole vielä haettu',
};
