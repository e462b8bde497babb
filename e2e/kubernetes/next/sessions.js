/** Takes the place of the service's own index.js, which is beside it as version.js. */
import { sessionsService as version } from './version.js';

/** What a next version does first: it adds what the version before does not know, and can live with. */
class NextVersion9900000000000 {
  async up(runner) {
    await runner.query('ALTER TABLE sessions ADD next_version text');
  }

  async down(runner) {
    await runner.query('ALTER TABLE sessions DROP next_version');
  }
}

export const sessionsService = { ...version, migrations: [...version.migrations, NextVersion9900000000000] };
