/** What is said of names and values that are none. */
import type { Messages } from '../language.ts';
import { foreign } from './foreign.ts';

const word = (where: string) => ({
  long: `${where} on enintään 63 merkkiä`,
  letters: (f: { example: string }) =>
    `${where} on vain pieniä kirjaimia (a-z), numeroita ja väliviivoja keskellä, esimerkiksi ${f.example}`,
});

export const names: Messages['names'] = {
  host: word('palvelimen nimessä'),
  app: word('sovelluksen nimessä'),
  role: word('roolin nimessä'),
  person: word('henkilön nimessä'),
  schedule: word('ajastuksen nimessä'),
  rule: word('säännön nimessä'),
  route: word('reitin nimessä'),
  channel: word('kanavan nimessä'),
  check: word('tarkistuksen nimessä'),
  maintenance: word('huollon nimessä'),
  group: word('avainryhmän nimessä'),
  login: word('kirjautumisen nimessä'),
  environment: word('ympäristön nimessä'),
  file: word('tiedoston nimessä'),
  source: word('lokilähteen nimessä'),
  sink: word('lokikohteen nimessä'),
  token: word('tunnisteen nimessä'),
  overlay: word('päällysverkon nimessä'),
  image: word('levykuvan nimessä'),
  machine: word('koneen nimessä'),
  profile: word('profiilin nimessä'),
  version: 'levykuvan versio on muotoa debian-live@2026-11-21.1',
  mac: 'MAC-osoite on muotoa 52:54:00:12:34:56',
  ref: {
    empty: 'ref ei saa olla tyhjä',
    long: 'ref on enintään 200 merkkiä',
    letters: 'ref on haara, tagi tai commit, esimerkiksi main tai v1.4.2',
    bad: 'se ei ole kelvollinen git-ref (katso git-check-ref-format)',
  },
  commit: 'commit on 40 tai 64 heksadesimaalinumeroa',
  alert: 'hälytyksen tunnus on muotoa a-7k2m9x',
  run: 'työn tunnus on muotoa r-7k2m9x',
  path: 'polku repositorion sisällä: suhteellinen, ei sisällä ..',
  size: 'koko, kuten 500MB tai 10GB',
  duration: 'kesto on muotoa 30s, 5m tai 1h30m',
  snooze: 'vähintään 1m ja enintään 30d',
  schedules: {
    fields: 'cronissa on viisi kenttää: minuutti tunti päivä kuukausi viikonpäivä, esimerkiksi "0 2 * * *"',
    never: 'se aika ei tule koskaan',
    notCron: (f) => `se ei ole cron-lauseke: ${foreign(f.message)}`,
    zone: 'se ei ole aikavyöhyke; oikea on esimerkiksi Europe/Helsinki tai UTC',
    oneLine: 'ajastus ajaa yhden rivin',
    noCommand: 'rivi alkaa komennolla, esimerkiksi /build base',
    notCommand: 'se ei ole komento',
  },
  looked: {
    app: 'sovellus',
    host: 'palvelin',
    group: 'avainryhmä',
    overlay: 'päällysverkko',
    target: 'kohde',
    profile: 'profiili',
    image: 'levykuva',
    profiles: (f) => `asetusten kohta profiles: ${f.names.join(', ')}`,
    noProfiles: 'asetusten kohta profiles: siellä ei ole vielä mitään',
  },
};
