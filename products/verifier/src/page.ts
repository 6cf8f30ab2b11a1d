// verifier.html: the offline verdict as one page. It reads the files that are dropped on it and has no
// way to send anything: its content security policy forbids every request.

import { start } from './page/desk.ts';

start();
