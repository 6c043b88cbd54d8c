/** Kuinka kunnossa mikin on, ja mikä on vialla. */
import type { Messages } from '../language.ts';
import { count } from './words.ts';

export const health: Messages['health'] = {
  states: { healthy: 'kunnossa', degraded: 'heikentynyt', unhealthy: 'epäkunnossa', unknown: 'tuntematon' },

  wrong: {
    service: (f) => `sovelluksen ${f.app} palvelu ${f.service} on palvelimella ${f.host} ${f.state}`,
    reach: (f) => `palvelin ${f.host} ei vastaa`,
    engine: (f) => `palvelimen ${f.host} Docker ei vastaa`,
    host: (f) => `palvelin ${f.host}: ${f.check}`,
    check: (f) => `tarkistus ${f.name} on ${f.state}`,
    other: (f) => `kohteen ${f.name} tarkistus ${f.check} on ${f.state}`,
    with: (f) => `${f.what} – ${f.detail}`,
  },
  over: {
    service: (f) => `sovelluksen ${f.app} palvelu ${f.service} on taas kunnossa palvelimella ${f.host}`,
    reach: (f) => `palvelin ${f.host} vastaa taas`,
    other: (f) => `kohde ${f.name} on taas kunnossa`,
  },
  many: {
    services: 'palvelua ei ole kunnossa',
    servicesOver: 'palvelua on taas kunnossa',
    hosts: 'palvelinta ei vastaa',
    hostsOver: 'palvelinta vastaa taas',
    others: 'kohdetta ei ole kunnossa',
    othersOver: 'kohdetta on taas kunnossa',
  },
  checks: {
    disk: 'levy on melkein täynnä',
    memory: 'muisti on melkein lopussa',
    load: 'kuorma on suuri',
    time: 'kello on väärässä',
  },
  flapping: (f) => `Se vaihtelee, alkaen ${f.since}.`,
  below: (f) => `Sillä on: ${f.names.join(', ')}${f.more > 0 ? ` ja ${f.more} muuta` : ''}`,

  container: {
    fails: 'sen terveystarkistus epäonnistuu',
    restarts: (f) => `se päättyi koodiin ${f.code} ja käynnistyy uudelleen`,
    paused: 'se on pysäytetty tauolle',
    ended: (f) => `se päättyi koodiin ${f.code}`,
    removed: 'sitä ei enää ole',
  },
  identity: {
    late: (f) =>
      `sen konttien tunnistetiedot palvelimella ${f.host} ovat voimassa enää ${f.time}, eikä niitä saatu uusittua`,
    over: (f) =>
      `sen konttien tunnistetiedot palvelimella ${f.host} ovat vanhentuneet, eikä niitä saatu uusittua`,
  },

  probe: {
    disk: (f) => `${f.path} on ${f.full} % täynnä, vapaana ${f.free}`,
    memory: (f) => `muistista on käytössä ${f.used} %, vapaana ${f.free}`,
    load: (f) => `kutakin suoritinta odottaa ${f.each} ohjelmaa`,
    time: (f) => `sen kello on väärässä: ${f.time}`,
    unit: (f) => `${f.unit} on tilassa ${f.state}`,
    code: (f) => `se päättyi koodiin ${f.code}`,
    http: (f) => `vastaus ${f.status}, aikaa kului ${f.time}`,
    lacks: (f) => `sivulla ei ole tekstiä "${f.text}"`,
    tcp: (f) => `vastaus tuli, aikaa kului ${f.time}`,
    expired: 'varmenne on vanhentunut',
    untrusted: (f) => `varmenteeseen ei luoteta: ${f.message}`,
    expires: (f) => `varmenne on voimassa vielä ${f.time}`,
    other: (f) => `nimi tarkoittaa jotain muuta: ${f.found}`,
    late: (f) => `mitään ei kuulunut, aikaa kului ${f.time}`,
  },

  changed: (f) => `${f.ago} aiemmin: ${f.what}, ${f.by} (${f.run})`,
  reloaded: (f) => `${f.ago} aiemmin: asetukset muuttuivat`,
  buttons: { restart: 'Käynnistä uudelleen', rollback: 'Palauta', log: 'Loki', why: 'Miksi' },
  chart: (f) => `Viimeinen vuorokausi: ${f.what}, ylhäällä on kunnossa`,

  head: (f) => `${f.what} on ${f.state}: ${f.percent} %`,
  blank: (f) => `${f.what}: mitään ei tiedetä`,
  cloud: 'pilvi',
  maintained: (f) => `${f.what} on huollossa, päättyy ${f.until}: ${f.why}`,
  working: (f) => `työ ${f.run} on käynnissä`,
  since: (f) => `${f.what} · kesto ${f.time}`,
  byHost: (f) => `${f.what}: palvelin ${f.host} ei vastaa`,
  day: (f) => `${f.chart} viimeinen vuorokausi`,
  uptime: (f) => `toiminnassa ${f.percent} % ajasta, ${count(f.days, 'päivä', 'viimeistä päivää')}`,
  slo: (f) => `tavoite on ${f.goal} %, häiriöille jää ${f.left}`,
  sloGone: (f) => `tavoite on ${f.goal} %, ylitys ${f.over}`,
  more: (f) => `ja ${count(f.count, 'muu syy', 'muuta syytä')}`,
  stale: (f) => `Keskuksesta ei ole kuultu mitään, kesto ${f.time}: näin oli silloin.`,
  noHub: 'Terveyskeskusta ei ole: asetuksissa ei ole osiota hub.',
  silent: 'Terveyskeskus ei ole vielä kertonut mitään.',

  well: (f) => `${f.what} on kunnossa.`,
  chain: 'Miksi:',
  changes: 'Mitä sitä ennen muuttui:',
  nothingChanged: 'Edellisen tunnin aikana siihen ei tehty muutoksia.',
  courses: 'Miten se eteni:',
  lines: 'Viimeiset rivit:',

  quiet: (f) => `${f.target} on huollossa, päättyy ${f.until}: siitä ei hälytetä.`,
  quietOver: (f) => `Kohteen ${f.target} huolto on päättynyt.`,
  notQuiet: (f) => `${f.target} ei ole huollossa.`,
  noWhy: 'syytä ei kerrottu',

  target: 'cloud, environment/NIMI, host/NIMI, app/NIMI tai palvelimen tai sovelluksen nimi',
  time: 'välillä 1m–30d',
  page: {
    title: 'Miten meillä menee',
    all: 'Kaikki on kunnossa',
    some: 'Jokin ei ole kunnossa',
    none: 'Juuri nyt tilaa ei tiedetä',
    at: (f) => `Tilanne ${f.time}`,
  },
};
