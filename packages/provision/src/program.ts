/** A program the project runs but npm does not bring, and every way a person can get it. */
export interface Program {
  readonly name: string;
  /** Names to look for, the preferred one first. */
  readonly commands: readonly string[];
  readonly debianPackage: string;
  /** The system service the Debian package brings; we run our own process, so it must not be left running. */
  readonly service?: string;
  /** Lines to show, one way each. */
  readonly ways: readonly string[];
}

export const programs = {
  redis: {
    name: "Redis 7 or Valkey",
    // Valkey first: a machine that has both was given it on purpose.
    commands: ["valkey-server", "redis-server"],
    debianPackage: "redis-server",
    service: "redis-server",
    ways: ["Debian, Ubuntu:  sudo apt-get install redis-server", "macOS:           brew install valkey"],
  },
  nginx: {
    name: "nginx",
    commands: ["nginx"],
    debianPackage: "nginx-light",
    service: "nginx",
    ways: ["Debian, Ubuntu:  sudo apt-get install nginx-light", "macOS:           brew install nginx"],
  },
  chromium: {
    name: "Chromium",
    commands: ["chromium", "chromium-browser", "google-chrome"],
    debianPackage: "chromium",
    ways: ["Debian, Ubuntu:  sudo apt-get install chromium", "macOS:           brew install --cask chromium"],
  },
  curl: {
    name: "curl",
    commands: ["curl"],
    debianPackage: "curl",
    ways: ["Debian, Ubuntu:  sudo apt-get install curl", "macOS:           brew install curl"],
  },
  php: {
    name: "PHP",
    commands: ["php"],
    debianPackage: "php-cli",
    ways: ["Debian, Ubuntu:  sudo apt-get install php-cli", "macOS:           brew install php"],
  },
  python: {
    name: "Python 3",
    commands: ["python3"],
    // Not python3-minimal, whose standard library lacks json and http.
    debianPackage: "python3",
    ways: ["Debian, Ubuntu:  sudo apt-get install python3", "macOS:           brew install python"],
  },
} as const satisfies Record<string, Program>;
