/** What commands answer. */
import type { Messages } from '../language.ts';
import { count, either, onHosts } from './words.ts';

export const answers: Messages['answers'] = {
  planned: {
    title: (f) => `Tehtäisiin: ${f.title}`,
    locks: (f) => `${f.locks.length === 1 ? 'Lukko' : 'Lukot'}: ${f.locks.join(', ')}`,
    hash: (f) => `Suunnitelma ${f.hash}. Mitään ei tehty; sama rivi ilman valitsinta --dry-run tekee sen.`,
  },
  why: {
    nothingYet: 'Et ole vielä pyytänyt mitään. Katso /help',
    allowed: (f) => `${f.text} sallittiin: ${f.rule}.`,
    refused: (f) =>
      `${f.text ? `"${f.text}"` : 'pyyntö'} (${f.person}) hylättiin ${f.at}: ${f.why}${
        /[.?!]$/.test(f.why) ? '' : '.'
      }`,
    asked: (f) => `${f.id} (${f.title}), pyytäjä ${f.person}: ${f.text}`,
    waits: (f) =>
      `Se odottaa lukkoa ${f.lock}, jota ${f.holder} (${f.title}, ${f.person}) on pitänyt jo ${f.time}.`,
    is: (f) => `Sen tila: ${f.status}.`,
    ended: (f) => `Työ ${f.cancelled ? 'on ' : ''}${f.status}: ${f.summary}`,
  },
  runs: {
    ended: (f) => `${f.status} ${f.time} sitten`,
    open: (f) => `${f.status} jo ${f.time}`,
    none: 'Ei töitä vielä.',
    noLines: 'Ei rivejä.',
    earlier: (f) =>
      `(${count(f.count, 'aiempi rivi', 'aiempaa riviä')} jätetty näyttämättä; rajaa valitsimilla --tail ja --grep)`,
    leftOut: (f) => `(${count(f.count, 'aiempi rivi', 'aiempaa riviä')} jätetty pois)`,
    whole: (f) => `Kaikki rivit (${f.count})`,
    plan: (f) => `suunnitelma ${f.hash}`,
    stopping: (f) =>
      `Pysäytetään ${f.id} (${f.title}). Sen kortti kertoo, kun siitä ei ole enää mitään jäljellä.`,
    cancelled: (f) => `${f.title}: peruttu, se ei ollut vielä alkanut.`,
    noFollow: 'työn kortti seuraa sitä jo; --follow on sovelluksia varten',
  },
  schedules: {
    none: 'Ajastuksia ei ole.',
    never: 'ei koskaan',
    entry: (f) =>
      `${f.name} · ${f.when} · ${f.line} · nimissä ${f.as}, ${
        f.from === 'config' ? 'asetuksista' : 'keskustelusta'
      } · seuraavaksi: ${f.next}`,
    added: (f) =>
      `${f.name} ${f.next ? `ajaa rivin ${f.line}, seuraavaksi ${f.next}` : `ei aja riviä ${f.line} koskaan`}.${
        f.before ? ` Aiemmin se ajoi rivin ${f.before.line}: ${f.before.when}.` : ''
      }`,
    or: (f) => `/schedule list tai /schedule remove ${f.name}`,
    gone: (f) => `${f.name} on poistettu. Katso /schedule list`,
    noLoop: 'ajastus ei voi ajaa ajastuksia',
    missed: (f) => {
      const when = f.count === 1 ? f.first : `${f.count} kertaa, ${f.first} - ${f.last}`;
      return `${f.name} (${f.line}) oli määrä ajaa ${when}, mutta Muster ei ollut käynnissä. ${
        f.run ? 'Ajan sen nyt kerran' : 'En aja sitä nyt'
      }.`;
    },
    refused: (f) => `"${f.line}" hylättiin: ${f.text}`,
  },
  keys: {
    none: 'Avainryhmiä ei vielä ole. Lisää sellainen asetusten osioon keyGroups, sitten /reload',
    group: (f) =>
      `${f.group} · ${count(f.keys, 'avain', 'avainta')}, ${count(f.people, 'haltija', 'haltijaa')}`,
    never: (f) => `${f.group} · ei vielä kirjoitettu`,
    source: (f) => `${f.source}: ${count(f.keys, 'avain', 'avainta')}, ${f.time} sitten`,
    block: (f) =>
      `${f.user} palvelimella ${f.host}: ${f.groups.join(', ')}, ${count(f.count, 'avain', 'avainta')}, kirjoitettu ${f.time} sitten`,
  },
  apps: {
    none: 'Ei sovelluksia vielä. Lisää sellainen asetusten kohtaan apps, sitten /reload',
    notDeployed: (f) => `${f.host}: ei julkaistu`,
    live: (f) => `${f.host}: ${f.ref} (${f.commit}) jo ${f.time}`,
    hostOf: (f) => `sovelluksen ${f.app} palvelin`,
    runsOn: (f) => `/apps (${f.app} on ${onHosts(f.hosts)})`,
  },
  hosts: {
    none: 'Ei palvelimia vielä. Lisää sellainen asetusten kohtaan hosts, sitten /reload',
    local: 'tämä kone',
  },
  firewall: {
    what: 'mikä on portti tai väli, esimerkiksi 443 tai udp/8000-8010, tai ping',
    notOpened: (f) =>
      f.names.length === 0
        ? `Palvelimella ${f.host} ei ole avattu mitään keskustelussa. Asetusten julistama suljetaan siellä.`
        : `Sitä ei avattu palvelimella ${f.host} keskustelussa; nämä avattiin: ${f.names.join(', ')}`,
    why: (f) =>
      [
        `${f.action === 'accept' ? '● päästetään' : '✕ pudotetaan'}: ${f.rule ? `${f.rule} (${f.owner})${f.comment ? `, ${f.comment}` : ''}` : `ei sääntöä; vyöhyke ${f.zone} ${f.action === 'accept' ? 'hyväksyy' : 'pudottaa'} muun`}`,
        ...(f.limits.length > 0 ? [`rajoissa ${f.limits.join(', ')}`] : []),
      ].join('\n'),
    unknown: (f) =>
      f.zone === undefined ? `Osoitetta ${f.from} ei ole.` : `Vyöhykettä ${f.zone} tai osoitetta ei ole.`,
  },
  status: {
    count: (f) =>
      `${count(f.hosts, 'palvelin', 'palvelinta')} · sovelluksia julkaistu ${f.live}/${f.apps} · ${count(
        f.open,
        'avoin työ',
        'avointa työtä',
      )}${f.alerts > 0 ? ` · ${count(f.alerts, 'avoin hälytys', 'avointa hälytystä')}` : ''}${
        f.acknowledged > 0 ? ` (kuitattu ${f.acknowledged})` : ''
      }`,
    lastFailure: (f) => `Viimeksi epäonnistunut: ${f.run}`,
    look: '/jobs, /apps tai /hosts',
  },
  audit: {
    broken: (f) => `Tapahtumaketju on rikki: ${f.problem}. Ehjiä merkintöjä ennen sitä: ${f.records}.`,
    intact: (f) => `Kaikki tapahtumaketjun merkinnät (${f.records}) ovat ehjiä ja järjestyksessä.`,
    refused: (f) => `(hylätty: ${f.why})`,
    kinds: {
      command: 'komento',
      refused: 'hylkäys',
      blocked: 'pysäytys',
      cancel: 'peruutus',
      asked: 'pyyntö',
      approval: 'hyväksyntä',
      outcome: 'tulos',
      reload: 'lataus',
      host: 'palvelin',
      config: 'tiedot',
      image: 'levykuva',
      schedule: 'ajastus',
      machine: 'kone',
    },
    loaded: (f) => `ladattu: ${f.changed.join('; ')}`,
    notLoaded: (f) => `hylätty: ${f.problem}`,
    planChanged: 'suunnitelma muuttui; hyväksynnät raukesivat',
    approvalsVoid: 'hyväksynnät eivät ole enää voimassa',
    askerGone: 'pyytäjä poistui',
  },
  approvals: {
    left: (f) => `Merkitty. ${f.id}: vielä ${count(f.left, 'hyväksyntä', 'hyväksyntää')} puuttuu.`,
    onlyAsker: (f) => `vain ${f.by} voi vahvistaa sen`,
    notYourself: 'jonkun muun pitää hyväksyä se, mitä itse pyysit',
    byRole: (f) => `tämän hyväksyy rooli ${either(f.roles)}`,
    needsApproval: (f) => `se vaatii hyväksynnän: /approve ${f.id}`,
    notYours: 'se ei ole sinun hylättävissäsi',
    refused: (f) => `${f.title}: ei tehdä.`,
  },
  build: {
    noHost: 'mikään palvelin ei kokoa levykuvia',
    label: '/hosts; anna jollekin niistä label build tai kirjoita --on PALVELIN',
  },
  help: {
    unknown: (f) => `Komentoa /${f.name} ei ole.${f.near ? ` Tarkoititko /help ${f.near}?` : ''} Katso /help`,
  },
};
