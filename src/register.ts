/** `diffc/register`: `node --import diffc/register app.js` lets Node import models. */
import { register } from 'node:module';

register('./register-hooks.js', import.meta.url);
// the code that runs has other lines than the model under whose name it runs
process.setSourceMapsEnabled(true);
