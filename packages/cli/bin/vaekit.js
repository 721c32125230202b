#!/usr/bin/env node
// npm links a command when it installs, before anything is built: so it is here, and what it runs is in dist/.
import "../dist/main.js";
