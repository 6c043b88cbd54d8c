/** What is said of files that are made of templates and data, and of that data. */
import type { Messages } from '../language.ts';

const list = (words: readonly string[]) => words.join(', ');
const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const files: Messages['files'] = {
  tree: {
    unreadable: (f) => `sitä ei voi lukea: ${f.message}`,
    link: 'se on symbolinen linkki; repositoriossa niitä ei seurata',
    large: 'tiedosto on suurempi kuin 1 MiB',
    full: 'tiedostoja on yli 20 000, tai ne ovat yhdessä suurempia kuin 64 MiB; tästä eteenpäin niitä ei lueta',
    binary: 'tiedosto ei ole UTF-8-tekstiä',
    noLayer:
      'tiedot ovat tiedostoissa site.yml, environment-, label-, profile-, host-, machine- ja app-NIMI.yml sekä secret.yml, tai samoin nimin json',
    twice: (f) => `kerroksella ${f.layer} on kaksi tiedostoa`,
    noMap: 'tiedot ovat nimiä ja niiden arvoja',
    number: 'näin suuri luku kirjoitettaisiin toisena; pane se lainausmerkkeihin',
    noReference: 'salaisuutta ei kirjoiteta tähän, vaan missä se on: env:NIMI tai file:POLKU',
    noSecrets: 'salaisuudet nimetään asetusten omassa kansiossa, ei repositoriossa',
    notYet: 'repositoriosta ei ole vielä haettu mitään',
  },
  config: {
    path: 'polku on absoluuttinen, eikä siinä ole merkintöjä `..`, `.`, `//`, kenoviivoja eikä ohjausmerkkejä',
    nowhere: 'se ei mene minnekään: sillä ei ole kohteita, eikä mikään profiili mainitse sitä tiedostoissaan',
    target: 'kohde on host/NIMI, label/NIMI, app/NIMI tai app/NIMI/PALVELU',
    unit: 'yksikkö nimetään lajeineen, esimerkiksi nginx.service',
    oneWay: 'ota täsmälleen yksi: signal, run, reload tai restart; pidFile kuuluu signaliin',
    schema: 'skeema on tiedosto NIMI.schema.json',
    mode: 'oikeudet ovat neljä oktaalinumeroa lainausmerkeissä, esimerkiksi "0640"',
    mixed: 'tiedosto menee palvelimille tai sovelluksille, ei molempiin; tee niitä kaksi',
    onHost: 'palvelimella: reload tai restart ja yksikkö, signal ja pidFile, tai run',
    onApp: 'sovellukselle: restart, signal tai run',
    onlyHost: 'vain palvelinten tiedostoille; sovellus voi hyvin, kun sen kontit voivat',
    noHub: 'kontit hakevat sen keskuksesta, eikä sitä ole: aseta hub.address',
    samePath: (f) => `${f.other} kirjoittaa sinne jo tiedoston ${f.path}`,
  },
  plans: {
    set: (f) => `aseta ${f.what}`,
    done: (f) =>
      f.count === 0
        ? `${f.what} on asetettu; mikään tiedosto ei riipu siitä`
        : `${f.what} on asetettu ja voimassa`,
    apply: (f) => `${f.target}: ${count(f.count, 'tiedosto', 'tiedostoa')}`,
    applied: (f) => `${f.target}: ${count(f.count, 'tiedosto', 'tiedostoa')} on voimassa`,
    look: (f) => `tiedostot: ${f.target}`,
    looked: (f) => `siinä ovat tiedostot: ${f.target}`,
    changes: (f) => `${f.layer}: ${list(f.names)}${f.more > 0 ? ` ja ${f.more} muuta` : ''}`,
  },
  steps: {
    set: (f) => `aseta tiedot: ${list(f.names)}`,
    write: (f) => `kirjoita ${list(f.names)} palvelimelle ${f.host}`,
    apply: (f) => `ota ${list(f.names)} käyttöön palvelimella ${f.host}`,
    compare: (f) => `katso ${list(f.names)} palvelimelta ${f.host}`,
    deliver: (f) => `odota, että ${f.app} palvelimella ${f.host} ottaa tiedostonsa käyttöön`,
    refresh: (f) => `kirjoita sovelluksen ${f.app} tiedostot palvelimelle ${f.host}`,
  },
  notes: {
    version: (f) => `Tämä on tietojen versio ${f.version}.`,
    back: (f) => `Tiedot ovat ennallaan; se on versio ${f.version}.`,
    same: (f) => `${f.host}: ${f.path} on jo oikein`,
    written: (f) => `${f.host}: ${f.path} on kirjoitettu`,
    restored: (f) => `${f.host}: ${f.path} on ennallaan`,
    removed: (f) => `${f.host}: ${f.path} on taas poissa`,
    kept: (f) => `${f.host}: joku muu muutti tiedostoa ${f.path} sillä välin; se jää niin`,
    overwritten: (f) => `${f.host}: tiedostoa ${f.path} oli muutettu käsin, ja se korvataan`,
    drift: (f) => `▲ ${f.host}: tiedostoa ${f.path} on muutettu käsin`,
    foreign: (f) => `▲ ${f.host}: ${f.path} on olemassa eikä ole Musterin`,
    absent: (f) => `○ ${f.host}: tiedostoa ${f.path} ei ole vielä`,
    differs: (f) => `◐ ${f.host}: ${f.path} muuttuisi`,
    manner: (f) => `◐ ${f.host}: ${f.path} on ${f.is}, ja sen pitää olla ${f.wanted}`,
    inForce: (f) => `● ${f.host}: ${f.path} on voimassa`,
    took: (f) => `${f.app} ${f.service} palvelimella ${f.host} on ottanut tiedostonsa käyttöön`,
    noClient: (f) =>
      `▲ mikään sovelluksen ${f.app} kontti palvelimella ${f.host} ei hae tiedostoja: sen palvelut eivät ole peruslevykuvalla, tai keskus on poissa`,
    noTaker: (f) => `${f.app} ei ole käynnissä palvelimella ${f.host}; se saa tiedostonsa käynnistyessään`,
  },
  diff: {
    more: (f) => `… vielä ${count(f.count, 'rivi', 'riviä')}`,
    added: '(uusi)',
    removed: '(poissa)',
    none: 'Mikään ei muuttuisi.',
  },
  answers: {
    none: 'Tiedostoja ei ole; asetusten osa files tekee niitä.',
    noFiles: (f) => `Kohteeseen ${f.target} ei mene tiedostoja.`,
    file: (f) => `${f.name} · ${f.path} · malli ${f.template} · kohteet ${list(f.names)}`,
    writtenAt: (f) => `palvelimella ${f.host} alkaen ${f.at}, työssä ${f.run}`,
    data: (f) => `Kohteen ${f.target} tiedot, versio ${f.version}:`,
    value: (f) => `${f.name} = ${f.value} · kerroksesta ${f.layer}`,
    valueSet: (f) => `${f.name} = ${f.value} · kerroksesta ${f.layer}, asetettu keskustelussa`,
    noData: 'Tietoja ei ole.',
    noHosts: 'Palvelimia ei vielä ole; tietojen muutos tehdään jonkin kautta.',
    noHistory: 'Keskustelussa ei ole vielä asetettu mitään.',
    version: (f) => `versio ${f.version} · ${f.at} · ${f.by} · ${f.run}`,
    why: (f) => `syy: ${f.why}`,
    change: (f) => `${f.layer} ${f.name} oli ${f.before}, sitten ${f.after}`,
    unset: '(ei asetettu)',
    same: 'Niin se on jo.',
    commit: (f) => `Mallit ja tiedot ovat commitista ${f.commit}, alkaen ${f.at}.`,
    rendered: (f) => `${f.name}${f.app ? ` sovellukselle ${f.app}` : ''} palvelimella ${f.host}:`,
    wrongAssignment: 'anna nimiä ja arvoja, esimerkiksi db.host=10.0.0.5',
    layers:
      'kerros on site, environment/NIMI, label/NIMI, profile/NIMI, host/NIMI, machine/NIMI tai app/NIMI',
    noSecrets:
      'salaisuuksia ei aseteta keskustelussa: kerro tiedostossa config/data/secret.yml missä ne ovat, env:NIMI tai file:POLKU',
  },
  alerts: {
    bad: (f) => `Mallien commit ${f.commit} on virheellinen; edellinen jää voimaan`,
    badOver: 'mallit ovat taas kunnossa',
    away: 'Mallien repositorioon ei saada yhteyttä; tunnetut jäävät voimaan',
    awayOver: 'mallien repositorioon saadaan taas yhteys',
    hint: 'Korjaa se repositoriossa; se katsotaan uudelleen itsestään.',
    taken: (f) =>
      f.names.length === 0
        ? `mallien commit ${f.commit} on voimassa; mikään tiedosto ei muutu`
        : `mallien commit ${f.commit} on voimassa; se muuttaa tiedostoja ${list(f.names)}`,
    bringOut: (f) => `Vie se perille: ${f.line}`,
  },
  reasons: {
    link: 'tiellä on symbolinen linkki',
    folder: 'sen kansiota ei ole',
    notFile: 'siellä on jotain muuta kuin tiedosto',
    denied: 'sinne ei ole oikeutta kirjoittaa',
    large: 'siellä oleva tiedosto on suurempi kuin 8 MiB',
    failed: 'sitä ei voitu kirjoittaa',
    owner: 'sellaista käyttäjää tai ryhmää ei ole',
    pid: (f) => `${f.file} ei nimeä käynnissä olevaa prosessia`,
    noWay: 'mikään ei kerro, miten palvelu ottaa sen käyttöön',
  },
};
