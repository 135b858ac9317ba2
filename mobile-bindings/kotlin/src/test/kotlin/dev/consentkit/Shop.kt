package dev.consentkit

/** A small policy for tests that need no more. */
internal const val SHOP = """{
  "site": "shop.example", "version": 1, "withdrawalUrl": "https://shop.example/privacy",
  "controllers": [{ "id": "shop", "name": "Shop" }],
  "purposes": [{ "id": "analytics", "kinds": ["stats_other"] }],
  "texts": { "en": { "analytics.name": "Measure visits", "analytics.text": "Counts pages." } }
}"""
