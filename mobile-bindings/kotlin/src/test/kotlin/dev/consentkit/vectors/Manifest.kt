package dev.consentkit.vectors

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.intOrNull
import java.io.File

/** `manifest.json`: how many vectors each file must have, so that none gets lost without anybody noticing. */
internal object Manifest {
    private const val NAME = "manifest.json"

    fun read(root: File): Map<String, Int> = parse(root.resolve(NAME).readText())

    fun parse(text: String): Map<String, Int> {
        val files = Fields(Json.parseToJsonElement(text), NAME, setOf("about", "files")).required("files")
        return (files as? JsonObject)?.mapValues { (file, count) ->
            (count as? JsonPrimitive)?.intOrNull ?: throw Misunderstood(NAME, "$file has no number of vectors")
        } ?: throw Misunderstood(NAME, "`files` is no object")
    }

    /** What is missing, in words; empty when everything is there. */
    fun missing(expected: Map<String, Int>, found: Map<String, Int>): List<String> = expected.mapNotNull { (file, count) ->
        "$file: ${found[file] ?: 0} vectors of $count".takeIf { (found[file] ?: 0) < count }
    }

    /** Every file of vectors that is there, by its path in the folder. */
    fun files(root: File): Map<String, VectorFile> =
        root.walkTopDown().filter { it.isFile && it.extension == "json" && it.name != NAME }
            .associate { it.relativeTo(root).invariantSeparatorsPath to VectorFile.read(it) }
            .toSortedMap()
}
