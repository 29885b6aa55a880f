// Where the page starts: which language, then the viewer.

import "./css/viewer.css";
import { parseAddress } from "./address";
import { writePage } from "./page";
import { preferredLanguage, textsIn } from "./texts";
import { Viewer } from "./viewer";

const chosen = parseAddress(window.location.search, window.location.hash).lang;
const language = chosen ?? preferredLanguage(navigator.languages);
const texts = textsIn(language);
const viewer = new Viewer(texts, language);

writePage(texts, language, { copyLink: () => void viewer.copyLink(), embed: () => void viewer.embed() });
void viewer.load();
