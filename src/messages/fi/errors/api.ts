/** HTTP-rajapinnasta kysyvät. */
import { type Entry, entry } from '../../entry.ts';

export const api = {
  'api.token': entry(
    () => 'tunniste puuttuu, tai se ei kelpaa',
    () => 'Lähetä Authorization: Bearer ja asetusten osion api tunniste.',
  ),
  'api.request': entry(
    (f) => `sitä ei voi kysyä: ${f.problems}`,
    () => 'Katso docs/api.md, tai GET /v1/openapi.json',
  ),
  'api.nowhere': entry(
    () => 'täällä ei ole mitään',
    () => 'Katso docs/api.md, tai GET /v1/openapi.json',
  ),
  'api.method': entry(
    () => 'täällä vastataan vain GET-pyyntöihin',
    () => 'Muutokset pyydetään keskustelussa.',
  ),
  'api.busy': entry(
    (f) => (f.of === 'tails' ? 'liian moni seuraa jo lokeja' : 'liikaa pyyntöjä kerralla'),
    () => 'Yritä hetken päästä uudelleen.',
  ),
  'api.approval': entry(
    (f) => `siihen tarvitaan muiden suostumus (${f.rule})`,
    () => 'Pyydä sitä keskustelussa, jossa muut voivat suostua.',
  ),
  'api.short': entry(
    (f) => `tunnisteessa ${f.name} on alle ${f.least} merkkiä`,
    () => 'Tee uusi: openssl rand -hex 32',
  ),
  'api.taken': entry(
    (f) => `rajapinta ei voi kuunnella osoitteessa ${f.listen}: ${f.message}`,
    () =>
      'Valitse osioon api toinen listen, tai lopeta se, mikä siellä kuuntelee. Yritetään itsestään uudelleen.',
  ),
  'api.certificate': entry(
    (f) => `rajapinnan varmenne ei toimi: ${f.message}`,
    () => 'Tarkista, että osion api kohta tls nimeää varmenteen ja sen avaimen, molemmat PEM-muodossa.',
  ),
} satisfies Record<string, Entry>;
