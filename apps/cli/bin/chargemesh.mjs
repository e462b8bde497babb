#!/usr/bin/env node
// Kept apart from dist/, so that it is there, and executable, before the first build.
import '../dist/main.js';
