/** Lokikeskus, niin kuin siitä kuullaan keskusteluissa. */
import type { Messages } from '../language.ts';

export const logs: Messages['logs'] = {
  sinkFails: (f) => `lokikohde ${f.name} ei ota lokeja vastaan`,
  sinkWorks: (f) => `lokikohde ${f.name} ottaa taas lokeja vastaan`,
  sinkHint:
    'Mitään ei katoa niin kauan kuin lokikeskuksessa on tilaa: se jatkaa siitä, mihin jäi. /logs stats',
  full: 'lokikeskuksen levy on täynnä',
  roomAgain: 'lokikeskuksessa on taas tilaa',
  fullHint:
    'Vapauta tilaa keskuksen koneelta tai säilytä vähemmän (logs: size, age). Peruslevykuvan kontit odottavat siihen asti.',
  jumped: (f) => `lokikeskuksen kello siirtyi eteenpäin: ${f.by}`,
  jumpedOver: 'lokien ikä lasketaan taas lokikeskuksen kellosta',
  jumpedHint: (f) =>
    `${f.until} asti mitään ei poisteta vanhana. Jos kello on väärässä, korjaa se siihen mennessä; jos se on oikeassa, mitään ei tarvitse tehdä.`,
  following: (f) => `kohteen ${f.target} loki`,
  followed: (f) => `kohteen ${f.target} loki`,
  none: (f) => `Kohteella ${f.target} ei ole sellaista riviä.`,
  earlier: (f) => `… ${f.count} aiempaa riviä`,
  target: 'sovellus (shop), sen palvelu (shop/web), palvelin (host/web-1) tai työ (r-…)',
  when: 'aika: kuinka kauan sitten (10m, 2h), tai kuten 2026-01-31T18:00Z',
  verified: (f) => `${f.target}: rivejä ${f.lines}, virtoja ${f.streams}`,
  complete: 'Mitään ei puutu, eikä mitään ole kahdesti.',
  gap: (f) => `${f.stream}: puuttuu ${f.first === f.last ? `${f.first}` : `${f.first}–${f.last}`}`,
  doubled: (f) => `${f.stream}: ${f.count} kahdesti`,
  dropped: (f) => `${f.stream}: ${f.count} pudotettu, kuten logs.rate määrää`,
  refused: (f) => `Torjuttu: ${f.duplicates} jo talletettua, ${f.forged} mahdotonta numeroa.`,
  damaged: (f) => `tiedostoa ${f.file} ei voi lukea kokonaan`,
  more: (f) => `… ja ${f.count} muuta`,
  shares: (f) => `Lokikeskus säilyttää ${f.bytes}:`,
  share: (f) => `${f.owner}: ${f.bytes}`,
  sinks: 'Välitetty keskuksen käynnistyksestä lähtien:',
  sink: (f) =>
    `${f.name}: ${f.sent}${f.refused > 0 ? `, ${f.refused} torjuttu` : ''}${f.trouble ? `; nyt: ${f.trouble}` : ''}`,
  troubles: 'Kaikkea ei saada talteen:',
  trouble: (f) => `${f.host}: ${f.text}`,
};
