package dev.consentkit.vectors

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

/** The values that a vector has given a name with `"$name"`. */
internal class Bindings {
    private val values = HashMap<String, Any?>()

    /** Whether `actual` may stand under this name: always at first use, afterwards only the same value. */
    fun agree(name: String, actual: Any?): Boolean {
        if (name !in values) values[name] = actual
        return values[name] == actual
    }

    /** Tries to match and says whether that went well; the names that a failed attempt gave are forgotten. */
    fun attempt(match: () -> Unit): Boolean {
        val before = HashMap(values)
        try {
            match()
            return true
        } catch (_: Mismatch) {
            values.clear()
            values.putAll(before)
            return false
        }
    }

    operator fun contains(name: String): Boolean = name in values

    operator fun get(name: String): Any? = values[name]

    companion object {
        /** The name in `"$name"`, or null for everything else. */
        fun nameIn(json: JsonElement): String? {
            if (json !is JsonPrimitive || !json.isString) return null
            return json.content.removePrefix("$").takeIf { it != json.content && it.isNotEmpty() }
        }
    }
}
