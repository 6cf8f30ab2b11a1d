import { sqliteDatabase } from './databases.ts';
import { intakeCases } from './intake-cases.ts';

intakeCases('SQLite', sqliteDatabase);
