import { after } from 'node:test';
import { postgresSkipReason, startPostgres } from '@vitrine/datacenter/testing';
import { countsCases } from './counts-cases.ts';
import type { NewDatabase } from './databases.ts';
import { intakeCases } from './intake-cases.ts';
import { rightsCases } from './rights-cases.ts';
import { storeCases } from './store-cases.ts';

const skip = postgresSkipReason();
const server = skip === false ? await startPostgres() : undefined;
after(() => server?.stop());

const database: NewDatabase = async () => ({ url: (await server?.database()) ?? '' });
storeCases('PostgreSQL', database, skip);
intakeCases('PostgreSQL', database, skip);
rightsCases('PostgreSQL', database, skip);
countsCases('PostgreSQL', database, skip);
