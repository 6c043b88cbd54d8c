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
  'machine.nolabel': entry(
    (f) => `millään koneella ei ole tunnistetta ${f.label}`,
    (f) => (f.near === undefined ? '/machine list näyttää, mitä on.' : `Tarkoititko label:${f.near}?`),
  ),
  'machine.known': entry(
    (f) => `kone ${f.machine} on jo olemassa`,
    (f) => `/machine show ${f.machine}`,
  ),
  'machine.configured': entry(
    (f) => `${f.machine} on asetustiedostossa`,
    () => 'Muuta sitä siellä, sitten /reload.',
  ),
  'machine.claimed': entry(
    (f) => `${f.what} on jo koneella ${f.owner}`,
    (f) => `/machine show ${f.owner}`,
  ),
  'machine.stranger': entry(
    (f) => `kukaan ei ole pyytänyt levykuvaa osoitteesta ${f.mac}`,
    () => '/machine list näyttää, kuka on; /machine add lisää minkä tahansa.',
  ),
  'machine.setting': entry(
    (f) => `${f.text} ei käy: ${f.message}`,
    () => 'Esimerkiksi image=debian-live, profile=worker, labels=canary,rack-2 tai kernel=quiet.',
  ),
  'machine.nowhere': entry(
    (f) => `${f.machine} käynnistyy omalta levyltään: sille ei ole nimetty levykuvaa`,
    (f) => `/machine set ${f.machine} image=NIMI, tai anna sille profiili, jossa se on.`,
  ),
  'machine.waits': entry(
    (f) => `${f.machine} ei saa nyt käynnistyä: ${f.why}`,
    (f) => `/boot plan ${f.machine}`,
  ),
  'machine.used': entry(
    (f) => `${f.machine} on työn alla: ${f.run}`,
    (f) => `/job ${f.run}`,
  ),
  'machine.unhealthy': entry(
    (f) => `${f.host} on käynnissä mutta ei kunnossa: ${f.state}`,
    (f) => `/health host/${f.host}`,
  ),
  'machine.stack': entry(
    (f) => `${f.machine} on käynnissä, mutta ${f.app} ei käynnistynyt siellä`,
    (f) => (f.run === undefined ? `/deploy ${f.app} --to ${f.machine}` : `/why ${f.run} kertoo syyn.`),
  ),
  'image.unpromoted': entry(
    (f) => `mikään levykuvan ${f.image} versio ei ole käytössä`,
    (f) =>
      `/image list ${f.image} näyttää, mitä on; /image promote ottaa yhden käyttöön, ja /build image ${f.image} --promote tekee uuden.`,
  ),
  'rollout.waves': entry(
    (f) => `${f.text} ei kelpaa aalloiksi`,
    () => 'Koneiden määriä peräkkäin, esimerkiksi 1,5,all.',
  ),
  'boot.down': entry(
    () => 'käynnistyspalvelin ei seuraa käynnistyksiä',
    () => 'Katso, onko muster boot käynnissä, ja mitä sen loki sanoo.',
  ),
  'boot.elsewhere': entry(
    (f) => `${f.machine} nousi versiolla ${f.version} eikä versiolla ${f.wanted}`,
    (f) => `/boot plan ${f.machine} kertoo syyn.`,
  ),
  'boot.gone': entry(
    (f) => `koneen ${f.machine} käynnistystä ei enää tunneta`,
    (f) => `/machine boot ${f.machine}`,
  ),
  'boot.dhcp.never': entry(
    (f) => `dhcp: ${f.machine} ei pyytänyt osoitetta ajassa ${f.limit}`,
    () => 'Onko se päällä, onko kaapeli tässä verkossa, ja käynnistyykö se ensin verkosta?',
  ),
  'boot.dhcp.unanswered': entry(
    (f) => `dhcp: ${f.machine} pyysi osoitetta, eikä dnsmasq tarjonnut`,
    () =>
      'Onko alueella boot.dhcp.range osoitteita jäljellä? Käynnistyspalvelimen loki kertoo, mitä dnsmasq siitä ajatteli.',
  ),
  'boot.dhcp.unacknowledged': entry(
    (f) => `dhcp: dnsmasq tarjosi osoitetta, eikä ${f.machine} ottanut sitä`,
    () => 'Toinen DHCP-palvelin, jota ei nähty, ehti ehkä ensin, tai vastaukset eivät pääse perille.',
  ),
  'boot.dhcp.foreign': entry(
    (f) =>
      f.stage === 'loader'
        ? `loader: dnsmasq tarjosi, ${f.machine} ei kysynyt TFTP:llä: toinen DHCP-palvelin vastasi ensin: ${f.server}`
        : f.stage === 'script'
          ? `script: koneella ${f.machine} on iPXE, eikä se kysynyt komentosarjaansa: toinen DHCP-palvelin vastasi ensin: ${f.server}`
          : `dhcp: ${f.machine} pyysi osoitetta, ja toinen DHCP-palvelin vastasi ensin: ${f.server}`,
    (f) => `Sammuta ${f.server}, tai aseta boot.dhcp: {mode: proxy}, jos se saa jakaa osoitteet.`,
  ),
  'boot.loader.unasked': entry(
    (f) => `loader: ${f.machine} sai osoitteen, eikä kysynyt iPXE:tä TFTP:llä`,
    () =>
      'Onko UDP-portti 69 sille auki, ja käynnistyykö sen laiteohjelmisto verkosta IPv4:llä? Jos boot.dhcp on {mode: proxy}: eihän toinen DHCP-palvelin nimeä käynnistystiedostoa?',
  ),
  'boot.loader.failed': entry(
    (f) => `loader: iPXE:tä ei saatu lähetettyä koneelle ${f.machine}: ${f.detail}`,
    () => 'TFTP vastaa vaihtuvista porteista: palomuuri välissä päästää ehkä vain ensimmäisen paketin.',
  ),
  'boot.loader.missing': entry(
    (f) => `loader: tiedostoa ${f.file}, jonka ${f.machine} lataisi, ei ole`,
    () =>
      'Laita se käynnistyspalvelimen juuren kansioon loaders, ja käynnistä Muster uudelleen: katso docs/boot.md.',
  ),
  'boot.script.unasked': entry(
    (f) => `script: koneella ${f.machine} on iPXE, eikä se kysynyt komentosarjaansa`,
    () => 'iPXE ei löytänyt verkkokorttia, ei saanut osoitetta tai ei tavoita käynnistyspalvelinta HTTP:llä.',
  ),
  'boot.script.refused': entry(
    (f) => `script: ${f.machine} kysyi, eikä saa nyt käynnistyä: ${f.why}`,
    (f) => `/boot plan ${f.machine}`,
  ),
  'boot.kernel.unfetched': entry(
    (f) => `kernel: ${f.machine} sai komentosarjan, eikä hakenut ydintä`,
    () => 'iPXE:ltä loppui ehkä muisti tai verkko; sen näyttö kertoo, kumpi.',
  ),
  'boot.kernel.stuck': entry(
    (f) => `kernel: ${f.machine} alkoi hakea ydintä, eikä saanut sitä ajassa ${f.limit}`,
    () => 'Verkko sinne on hidas tai hukkaa paketteja.',
  ),
  'boot.kernel.failed': entry(
    (f) => `kernel: ${f.machine} ei saanut sitä ladattua${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `/image show ${f.version ?? ''} näyttää, mitä sen piti saada.`,
  ),
  'boot.initrd.unfetched': entry(
    (f) => `initrd: ${f.machine} sai ytimen, eikä hakenut initrd:tä`,
    () => 'iPXE:ltä loppui ehkä muisti; sen näyttö kertoo.',
  ),
  'boot.initrd.stuck': entry(
    (f) => `initrd: ${f.machine} alkoi hakea initrd:tä, eikä saanut sitä ajassa ${f.limit}`,
    () => 'Verkko sinne on hidas tai hukkaa paketteja.',
  ),
  'boot.initrd.failed': entry(
    (f) => `initrd: ${f.machine} ei saanut käynnistettyä lataamaansa${f.detail ? `: ${f.detail}` : ''}`,
    () =>
      'Muistia on ehkä liian vähän ytimelle ja initrd:lle, tai laiteohjelmisto torjuu ytimen (Secure Boot).',
  ),
  'boot.root.silent': entry(
    (f) => `root: ${f.machine} sai ytimen ja initrd:n, eikä siitä kuulunut mitään ajassa ${f.limit}`,
    () => 'Ydin ehkä pysähtyi tai ei tunne verkkokorttia: katso sen konsolia.',
  ),
  'boot.root.stuck': entry(
    (f) => `root: ${f.machine} alkoi hakea juuritiedostojärjestelmäänsä, eikä saanut sitä ajassa ${f.limit}`,
    () => 'Verkko sinne on hidas, tai muistia on liian vähän.',
  ),
  'boot.root.unopened': entry(
    (f) =>
      `root: koneelle ${f.machine} lähetettiin juuritiedostojärjestelmä, eikä se kertonut saaneensa sitä käyttöön`,
    () => 'Muistia on sille ehkä liian vähän: katso sen konsolia.',
  ),
  'boot.root.sha256': entry(
    (f) => `root: sha256 poikkeaa${f.detail ? ` (${f.detail})` : ''}`,
    (f) => `Levykuva on viallinen: /image show ${f.version ?? ''}, ja rakenna se uudelleen.`,
  ),
  'boot.root.fetch': entry(
    (f) =>
      `root: ${f.machine} ei saanut haettua juuritiedostojärjestelmäänsä${f.detail ? `: ${f.detail}` : ''}`,
    () => 'Vastaako käynnistyspalvelin HTTP:llä? Sen loki kertoo, mitä siltä pyydettiin.',
  ),
  'boot.root.unpack': entry(
    (f) =>
      `root: ${f.machine} ei saanut purettua juuritiedostojärjestelmäänsä${f.detail ? `: ${f.detail}` : ''}`,
    () => 'Muistia on sille ehkä liian vähän.',
  ),
  'boot.root.memory': entry(
    (f) =>
      `root: koneella ${f.machine} on liian vähän muistia juuritiedostojärjestelmälleen${f.detail ? `: ${f.detail}` : ''}`,
    () =>
      'Anna sille lisää muistia tai pienempi levykuva: squashfs pysyy pakattuna, tar.xz vaatii koko kokonsa.',
  ),
  'boot.root.failed': entry(
    (f) =>
      `root: ${f.machine} ei saanut juuritiedostojärjestelmäänsä käyttöön${f.detail ? `: ${f.detail}` : ''}`,
    () => 'Katso sen konsolia.',
  ),
  'boot.configured.silent': entry(
    (f) =>
      `configured: ${f.machine} sai juuritiedostojärjestelmän, eikä kertonut ajassa ${f.limit} asetustensa olevan kunnossa`,
    () => 'systemd odottaa ehkä verkkoa: katso sen konsolia.',
  ),
  'boot.configured.files': entry(
    (f) =>
      `configured: koneelle ${f.machine} ei voitu antaa sille kuuluvaa${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `Korjaa se, sitten /machine boot ${f.machine}.`,
  ),
  'boot.configured.service': entry(
    (f) => `configured: palvelu ei käynnistynyt koneella ${f.machine}${f.detail ? `: ${f.detail}` : ''}`,
    (f) =>
      `Katso systemctl status koneella ${f.machine}; siellä käynnistettävät ovat sen profiilin kohdassa services.`,
  ),
  'boot.configured.space': entry(
    (f) =>
      `configured: koneessa ${f.machine} ei ole tilaa sille annettaville tiedostoille${f.detail ? `: ${f.detail}` : ''}`,
    () =>
      'Kaikki sinne kirjoitettu on muistissa: lisää muistia tai katso, mikä levykuvassa kirjoittaa sitä ennen niin paljon.',
  ),
  'boot.configured.failed': entry(
    (f) => `configured: koneen ${f.machine} asetuksia ei saatu kuntoon${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `/machine why ${f.machine}`,
  ),
  'boot.up.silent': entry(
    (f) => `up: koneen ${f.machine} asetukset ovat kunnossa, eikä se kertonut nousseensa ajassa ${f.limit}`,
    () => 'Jokin yksikkö odottaa ehkä jotain: katso siellä systemctl list-jobs.',
  ),
  'boot.up.service': entry(
    (f) => `up: palvelu ei ole toiminnassa koneella ${f.machine}${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `Koneen ${f.machine} loki kertoo syyn.`,
  ),
  'boot.up.failed': entry(
    (f) => `up: ${f.machine} kertoo, ettei se noussut${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `/machine why ${f.machine}`,
  ),
  'boot.restarted': entry(
    (f) => `${f.stage}: ${f.machine} alkoi käynnistyä uudelleen ennen sitä`,
    () => 'Ydin ehkä pysähtyi (se käynnistyy uudelleen 10 sekunnin päästä), tai joku painoi nollausta.',
  ),
  'boot.replaced': entry(
    (f) => `${f.stage}: Muster käynnisti koneen ${f.machine} uudelleen ennen sitä`,
    (f) => `/machine show ${f.machine}`,
  ),
} satisfies Record<string, Entry>;
